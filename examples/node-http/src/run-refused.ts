/** Says that a run was not started, since it would not have outlived the deploy that is about to come. */
export class RunRefused extends Error {
  override readonly name: string = 'RunRefused';
  /** Milliseconds until the cordon comes down by itself. */
  readonly remainingMs: number;
  /** Whose leases keep it up. */
  readonly holders: readonly string[];

  constructor(remainingMs: number, holders: readonly string[]) {
    super('a deploy is about to restart the server, so no run starts now');
    this.remainingMs = remainingMs;
    this.holders = holders;
  }
}
