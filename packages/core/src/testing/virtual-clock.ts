import type { Clock } from '../wait/clock.ts';
import { turnEventLoop } from './event-loop.ts';
import { watchRealWork } from './real-work.ts';

/** A clock whose time is not real: it jumps from one sleep's end to the next. */
export interface VirtualClock extends Clock {
  /** How many sleeps are under way; 0 once the code under test has cleaned up. */
  readonly pending: number;
  /**
   * Moves time on by `ms`, ending each sleep that falls due on the way at its own time and leaving room for what
   * it sets off.
   *
   * @throws RangeError when `ms` is negative or no number: time never runs backwards
   */
  advance(ms: number): Promise<void>;
  /**
   * Stops time until `work` has settled, and returns what it settles with. For real work that takes longer than
   * the clock would leave it by itself, such as a request to a server in another process.
   */
  hold<T>(work: PromiseLike<T>): Promise<T>;
}

/** Options of `createVirtualClock`. */
export interface VirtualClockOptions {
  /** Whether time moves on by itself whenever nothing else happens; if not, only `advance` moves it. @default true */
  readonly autoAdvance?: boolean | undefined;
  /**
   * While sockets are open: how long, in real milliseconds, nothing may have happened before time moves on by itself
   * past a sleep that a signal can cancel, because an answer may be about to cancel it. @default 20
   */
  readonly graceMs?: number | undefined;
}

interface Sleeper {
  readonly dueAt: number;
  readonly cancellable: boolean;
  readonly wake: () => void;
}

/** Turns of the event loop that promises get before a plain sleep ends. */
const SETTLING_TURNS = 3;

/**
 * Makes a clock for tests: a gate that waits half an hour on it is done in milliseconds.
 *
 * Time starts at 0 and stands still while code runs. When nothing but sleeps is left to wait for, it jumps to the
 * end of the earliest one; sleeps that end together end in the order in which they began. Asynchronous work in
 * between has room to finish: promises before a plain sleep ends, and real work too before one ends that carries a
 * signal, such as the gate's time limit on a request. On Node that is half a second for timers, files and names, and
 * `graceMs` without any event for sockets; elsewhere `graceMs` for all. Where real work takes longer, `hold` it.
 *
 * @example
 * const clock = createVirtualClock();
 * const result = await waitForQuiet({ source: () => ({ count: 1, ids: ['a'] }), clock });
 * // { outcome: 'timed-out', elapsedMs: 1_800_000, … }
 */
export function createVirtualClock({
  autoAdvance = true,
  graceMs = 20,
}: VirtualClockOptions = {}): VirtualClock {
  const sleepers = new Set<Sleeper>();
  const realWork = watchRealWork(graceMs);
  let now = 0;
  let held = 0;
  let events = 0; // goes up whenever a sleep begins or ends, or a hold does
  let driving = false;

  const earliest = (): Sleeper | undefined => {
    let first: Sleeper | undefined;
    for (const sleeper of sleepers) {
      if (first === undefined || sleeper.dueAt < first.dueAt) first = sleeper;
    }
    return first;
  };

  /** Resolves with the earliest sleeper, once nothing has happened for as long as that one asks. */
  const settled = async (): Promise<Sleeper | undefined> => {
    for (;;) {
      const before = events;
      const first = earliest();
      if (first?.cancellable === true) await realWork.settled();
      else await turnEventLoop(SETTLING_TURNS);
      if (events === before && held === 0) return first;
    }
  };

  const drive = async () => {
    if (driving) return;
    driving = true;
    for (let first = await settled(); first !== undefined; first = await settled()) {
      now = first.dueAt;
      first.wake();
    }
    driving = false;
  };

  return {
    now: () => now,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason);
          return;
        }
        const leave = () => {
          events++;
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', abort);
        };
        const abort = function (this: AbortSignal) {
          leave();
          reject(this.reason);
        };
        const sleeper: Sleeper = {
          dueAt: now + Math.max(0, ms),
          cancellable: signal !== undefined,
          wake: () => {
            leave();
            resolve();
          },
        };
        signal?.addEventListener('abort', abort);
        events++;
        sleepers.add(sleeper);
        if (autoAdvance) void drive();
      });
    },
    get pending() {
      return sleepers.size;
    },
    async advance(ms) {
      if (!(ms >= 0)) {
        throw new RangeError(`time moves forward only: advance takes 0 or more milliseconds, got ${ms}`);
      }
      const target = now + ms;
      for (;;) {
        await turnEventLoop(SETTLING_TURNS);
        const first = earliest();
        if (first === undefined || first.dueAt > target) break;
        now = Math.max(now, first.dueAt);
        first.wake();
      }
      now = Math.max(now, target);
    },
    async hold(work) {
      held++;
      try {
        return await work;
      } finally {
        held--;
        events++;
      }
    },
  };
}
