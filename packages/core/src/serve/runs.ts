import type { Cordon, MemoryCordon } from '../cordon/cordon.ts';
import type { DrainResult } from '../drain/until-quiet.ts';
import type { Clock } from '../wait/clock.ts';

/** One run, in flight from its `begin` to its `end`. With `using`, it ends with the block. */
export interface Run extends EndsWithBlock {
  /** The id under which it was begun; other runs may have the same. */
  readonly id: string;
  /** Ends the run. Once is enough, and more do no harm. Works unbound. */
  readonly end: () => void;
}

/** `[Symbol.dispose]`, the same as `end`, where the reader's TypeScript knows that symbol: its lib `es2023` does not. */
type EndsWithBlock = Readonly<Record<DisposeSymbol, () => void>>;

type DisposeSymbol = SymbolConstructor extends { readonly dispose: infer S extends symbol } ? S : never;

/** A run as listings show it. */
export interface ListedRun {
  readonly id: string;
}

/**
 * The runs of a server that a restart would destroy, with the cordon and the drain that keep new ones from starting.
 * `createRuns` keeps them in one process; for replicas there is `createPostgresRuns` in `@quietgate/postgres`. `serveRuns` in
 * `@quietgate/http-adapters` makes endpoints of either.
 */
export interface Runs {
  /**
   * Begins a run. Each call begins another one, also under an id that is in flight.
   *
   * @param id 1 to 256 characters
   * @throws RunRefused while the cordon is up, and once the drain has begun; or rejects with it
   * @throws TypeError when the id is no such text; or rejects with it
   */
  begin(id: string): Run | Promise<Run>;
  /** Begins a run, does the work, and ends the run whatever comes of the work, which it settles as. */
  during<T>(id: string, work: (run: Run) => T | Promise<T>): Promise<T>;
  /** The runs in flight, one entry for each. The signal aborts when nobody waits for the list any more. */
  list(context?: {
    readonly signal?: AbortSignal | undefined;
  }): Iterable<ListedRun> | Promise<Iterable<ListedRun>>;
  /** Calls `onChange` after a run has begun or ended, until the function that it returns is called. */
  subscribe(onChange: () => void): () => void;
  /** What deploy jobs raise, so that no run begins between their green light and the restart. */
  readonly cordon: Cordon;
  /**
   * Shuts the door of this process for good, and waits for its own runs, for the SIGTERM: then close the server. Each call
   * returns the same promise; the options of the first count.
   */
  drain(options: DrainOptions): Promise<DrainResult>;
  /** Aborts when the drain begins, so that the endpoints answer the requests that they keep pending. */
  readonly closing: AbortSignal;
}

/** Options of `createRuns`. */
export interface RunsOptions {
  /** Where time comes from. @default systemClock */
  readonly clock?: Clock | undefined;
  /** As for `createCordon`: the longest that the cordon is up in a row, in milliseconds. @default 3_600_000 */
  readonly maxUpMs?: number | undefined;
  /** As for `createCordon`: how long the cordon has to be down until a row is over, in milliseconds. @default 60_000 */
  readonly restMs?: number | undefined;
}

/** Options of `drain`. */
export interface DrainOptions {
  /**
   * The longest that the runs in flight are waited for, in milliseconds: what the process is given before it is killed,
   * less what closing the server takes. From 1 to 2,147,483,647. There is no default, since only you know.
   */
  readonly maxWaitMs: number;
  /** Stops the wait, as on a second SIGTERM: the promise rejects with the signal's reason, at once. @default none */
  readonly signal?: AbortSignal | undefined;
}

/** Runs in the memory of one process: all but the waiting is done at once. Everything works unbound. */
export interface MemoryRuns extends Runs {
  readonly begin: (id: string) => Run;
  readonly during: <T>(id: string, work: (run: Run) => T | Promise<T>) => Promise<T>;
  readonly list: () => Iterable<ListedRun>;
  readonly subscribe: (onChange: () => void) => () => void;
  readonly cordon: MemoryCordon;
  readonly drain: (options: DrainOptions) => Promise<DrainResult>;
  /** How many runs are in flight. */
  readonly size: number;
}
