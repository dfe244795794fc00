/**
 * The records in flight, kept as they change: what `listDeployments` may return as it is. An endpoint without a `classify` of
 * its own counts all of them, since that of the index has said so already; `countInFlight` wants the same one once more.
 */
export interface InFlightIndex<D> extends Iterable<D> {
  /**
   * Takes a new record, or a new version of one. The record is kept while it is in flight, so hand over another version
   * instead of changing it. What `classify` throws is passed on, and then nothing has changed.
   *
   * @throws TypeError when the record has no string `id`, or `classify` returns no class
   */
  set(deployment: D): void;
  /** Forgets a record. Without one of that id it does nothing. */
  delete(id: string): void;
  /** How many records are in flight. */
  readonly size: number;
  /**
   * Calls `onChange` after each change of what is in flight: when a record has come to be, or has ceased to be. What it
   * throws is ignored. Works unbound.
   *
   * @returns a function that ends the subscription
   */
  readonly subscribe: (onChange: () => void) => () => void;
}
