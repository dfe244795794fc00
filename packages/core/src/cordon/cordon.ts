/** One holder's claim that the cordon be up, for a limited time. */
export interface Lease {
  /** New and random when the lease begins, and the same for as long as it lasts. */
  readonly id: string;
  /** For how long it was granted, from now on, in milliseconds; at most what was asked. */
  readonly leaseMs: number;
}

/**
 * What keeps a server from starting new runs: a set of leases, one a holder. It is up while any of them lasts; runs that
 * have started go on. `createCordon` keeps it in one process; for replicas, implement it over the store that they share.
 *
 * Before a record enters Phase 0, on any path (a new run, a retry, a resume), ask it in the same turn or transaction in
 * which the run becomes visible to listings; `admit` of a cordon in memory does both at once.
 */
export interface Cordon {
  /**
   * Begins or renews a holder's lease. Nobody else's lease is shortened, and the holder's own only by renewing for less.
   *
   * @param leaseMs for how long from now on, in milliseconds
   * @param renews the id of the lease that the holder believes to have
   * @throws CordonRefused when the rules of the cordon forbid it; its message may be told to the caller
   */
  raise(holder: string, leaseMs: number, renews?: string): Lease | Promise<Lease>;
  /** Ends one holder's lease, or with `'*'` all of them: an operator's way out. Without such a lease it does nothing. */
  lift(holder: string): void | Promise<void>;
  /** Milliseconds until the last lease ends; 0 when the cordon is down. */
  remainingMs(): number | Promise<number>;
  /** Whose leases last, in ascending code-unit order: who is to be asked why no run starts. */
  holders(): readonly string[] | Promise<readonly string[]>;
}

/** A cordon in the memory of one process: it answers at once, and ends with the process. Its methods work unbound. */
export interface MemoryCordon extends Cordon {
  readonly raise: (holder: string, leaseMs: number, renews?: string) => Lease;
  readonly lift: (holder: string) => void;
  readonly remainingMs: () => number;
  readonly holders: () => readonly string[];
  /** Whether new runs are refused now. To start one, call `admit`, which asks and starts at once. */
  readonly isUp: () => boolean;
  /**
   * Starts a run, and returns what `start` does. What `start` does before its first `await` has to make the run visible to
   * listings, so that no deploy falls between the question and the count.
   *
   * @throws RunRefused while the cordon is up; `start` is not called then
   */
  readonly admit: <T>(start: () => T) => T;
  /**
   * Resolves once the cordon is down, at once if it is. Keeps no process alive on the system clock. However many wait on one
   * signal, it has one listener.
   *
   * @throws the reason of the signal when that aborts, or has aborted before
   */
  readonly down: (signal?: AbortSignal) => Promise<void>;
  /**
   * Calls `onChange` after the cordon has come up or down, also when the last lease expires, until the function that it returns
   * is called. What comes and goes at once may go untold, but never the last change. What `onChange` throws, or rejects with,
   * is ignored. Keeps no process alive on the system clock.
   *
   * @throws TypeError when `onChange` is no function
   */
  readonly subscribe: (onChange: () => void) => () => void;
}
