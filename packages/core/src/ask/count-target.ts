import type { PollObservation } from '../gate/observation.ts';

/** What the gate asks how much is in flight: an endpoint, or a function of the caller's. */
export interface CountTarget {
  /** Begins a message, as in "https://… answered 503". */
  readonly name: string;
  /**
   * Asks once. Never rejects: what goes wrong is an observation too. The signal aborts when the gate no longer waits for
   * the answer.
   *
   * @param waitS for how long a server may hold the request, in whole seconds; absent to say nothing of it
   */
  readonly ask: (signal: AbortSignal, waitS?: number) => Promise<PollObservation>;
}
