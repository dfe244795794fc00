import type { Source } from '../ask/count-source.ts';
import type { InFlightIndex } from '../in-flight/in-flight-index.ts';
import { tally } from '../in-flight/tally.ts';
import { checkDuration } from '../options/check-duration.ts';
import { checkClock, checkKind, checkSignal, isFunction } from '../options/check-kind.ts';
import { checkOptions } from '../options/check-options.ts';
import { type Clock, systemClock } from '../wait/clock.ts';
import { createDoor } from './create-door.ts';
import { type Counted, type DrainResult, untilQuiet, type Wait } from './until-quiet.ts';

/** How a process stops that was told to: it starts no new runs, and waits for those in flight. */
export interface Drain {
  /**
   * Starts a run, and returns what `start` does. What `start` does before its first `await` has to make the run visible to the
   * index or the source. `drain.admit(() => cordon.admit(start))` asks both. Works unbound.
   *
   * @throws RunRefused once the drain has begun; `start` is not called then
   */
  readonly admit: <T>(start: () => T) => T;
  /** Whether the drain has begun. From then on no run may start in this process, for good. Works unbound. */
  readonly hasBegun: () => boolean;
  /** Aborts when the drain begins. Give it to an endpoint as its `signal`, which then answers the requests that it holds. */
  readonly closing: AbortSignal;
  /**
   * Begins the drain, once: each call returns the same promise. Resolves as soon as nothing is in flight, or when the time
   * is over; then close the server. Works unbound.
   *
   * @throws the reason of the signal, when that aborts
   */
  readonly begin: () => Promise<DrainResult>;
}

/** Options of `createDrain`: exactly one of `index` and `source`, and any of the rest. An unknown name is an error. */
export type CreateDrainOptions = {
  /**
   * The longest that the runs in flight are waited for, in milliseconds: what the process is given before it is killed,
   * less what closing the server takes. From 1 to 2,147,483,647. There is no default, since only you know.
   */
  readonly maxWaitMs: number;
  /** Stops the wait, as on a second SIGTERM: `begin` rejects with the signal's reason, at once. @default none */
  readonly signal?: AbortSignal | undefined;
  /** Where time comes from. @default systemClock */
  readonly clock?: Clock | undefined;
} & (
  | {
      /**
       * The runs of this process, as `createInFlightIndex` keeps them. All that are in it are waited for: fill it with what this
       * process begins. Where it is filled from a store at the start, rows of a process that has crashed are in it too, which
       * nothing here will end; then give a `source` that leaves them out.
       */
      readonly index: InFlightIndex<{ readonly id: string }>;
      readonly source?: undefined;
    }
  | {
      /**
       * Counts the runs of this process; those of other replicas go on without it. For example
       * `() => countInFlight(index, { classify })`, with `exceptStale`, which waits for no dead run. One that throws, or
       * takes longer than 10 s, is asked again: only a zero is quiet.
       */
      readonly source: Source;
      readonly index?: undefined;
    }
);

/**
 * Makes the drain of this process, for its SIGTERM: no new run starts, those in flight end, and then the server closes. It
 * is local to the process: it raises no cordon, which might stop other replicas too, and nothing reopens it.
 *
 * Make it when the process starts, so that a wrong option is an error then, and not in the middle of a shutdown.
 *
 * @throws TypeError when an option is of the wrong kind, or its name is unknown; for neither or both of `index` and `source`
 * @throws RangeError when a duration is out of its range
 *
 * @example
 * const drain = createDrain({ index, maxWaitMs: 25 * 60_000 });
 * drain.admit(() => cordon.admit(() => index.set(run)));
 *
 * process.once('SIGTERM', async () => {
 *   const { outcome } = await drain.begin();
 *   server.close(() => process.exit(outcome === 'quiet' ? 0 : 1));
 * });
 */
export function createDrain(options: CreateDrainOptions): Drain {
  const { counted, wait } = resolveOptions(options);
  const { admit, shut, closing } = createDoor();
  let result: Promise<DrainResult> | undefined;
  return {
    admit,
    hasBegun: () => closing.aborted,
    closing,
    begin() {
      shut();
      return (result ??= untilQuiet(counted, wait));
    },
  };
}

function resolveOptions(options: CreateDrainOptions): { readonly counted: Counted; readonly wait: Wait } {
  checkOptions('options', options, 'an object with maxWaitMs, and an index or a source', [
    'maxWaitMs',
    'index',
    'source',
    'signal',
    'clock',
  ]);
  const { index, source, maxWaitMs, signal, clock = systemClock } = options;
  checkDuration('maxWaitMs', maxWaitMs, 1);
  checkSignal('signal', signal);
  checkClock('clock', clock);
  return { counted: resolveCounted(index, source), wait: { maxWaitMs, signal, clock } };
}

function resolveCounted(index: CreateDrainOptions['index'], source: CreateDrainOptions['source']): Counted {
  if (index !== undefined && source !== undefined) {
    throw new TypeError('index and source exclude each other, got both');
  }
  if (source !== undefined) {
    checkKind('source', source, isFunction, 'a function that returns an in-flight count');
    return { source };
  }
  if (index === undefined) throw new TypeError('either index or source is needed, got neither');
  checkKind('index', index, isIndex, 'an in-flight index');
  // What is in the index is in flight, as its own classify said.
  return { countNow: () => tally(index, () => true), subscribe: index.subscribe };
}

function isIndex(value: unknown): boolean {
  const { subscribe, [Symbol.iterator]: iterator } = Object(value) as Partial<InFlightIndex<unknown>>;
  return isFunction(subscribe) && isFunction(iterator);
}
