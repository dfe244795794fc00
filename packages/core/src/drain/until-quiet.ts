import { type Source, countSource } from '../ask/count-source.ts';
import type { InFlightCount } from '../deployment.ts';
import type { Clock } from '../wait/clock.ts';
import { askInTime, withTimeLimit } from '../wait/with-time-limit.ts';

/** What came of a drain. */
export interface DrainResult {
  /** `quiet`: nothing is in flight any more. `timed-out`: the end of the process destroys what is. */
  readonly outcome: 'quiet' | 'timed-out';
  /** Milliseconds since the drain began. */
  readonly elapsedMs: number;
  /** The last count: what is lost where the drain has timed out. Absent when the source never gave one. */
  readonly lastSeen?: InFlightCount;
  /** Why the source gave no count when it was last asked, as one sentence for the log; absent when it did. */
  readonly message?: string;
}

/** Whose count is waited for. */
export type Counted =
  | { readonly source: Source; readonly countNow?: undefined }
  | {
      /** Counts at once. */
      readonly countNow: () => InFlightCount;
      /** Calls back when another count may be had, before the interval is over. */
      readonly subscribe: (onChange: () => void) => () => void;
    };

/** For how long a count is waited for. */
export interface Wait {
  readonly maxWaitMs: number;
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock;
}

/** One that hangs is asked again. */
const SOURCE_LIMIT_MS = 10_000;

/** How long after a count the next one is made, unless a change is told. */
const INTERVAL_MS = 1000;

/** Counts until nothing is in flight, or the time is over. Rejects with the reason of the signal. */
export async function untilQuiet(counted: Counted, wait: Wait): Promise<DrainResult> {
  const { maxWaitMs, clock, signal } = wait;
  const { name, ask } = countSource(counted.countNow ?? counted.source);
  const beganAt = clock.now();
  const leftMs = () => beganAt + maxWaitMs - clock.now();
  let seen: Pick<DrainResult, 'lastSeen' | 'message'> = {};
  const end = (outcome: DrainResult['outcome']) => ({ outcome, elapsedMs: clock.now() - beganAt, ...seen });
  do {
    // Before the count, so that no change falls between the two.
    const change = nextChange(counted);
    try {
      const answer = await askInTime(wait, name, Math.min(SOURCE_LIMIT_MS, leftMs()), ask);
      if (answer.type === 'counted') seen = { lastSeen: answer.inFlight };
      else seen = { ...seen, message: answer.message };
      if (seen.lastSeen?.count === 0) return end('quiet');
      await withTimeLimit(Math.min(INTERVAL_MS, leftMs()), clock, signal, () => change.happened);
    } finally {
      change.forget();
    }
  } while (leftMs() > 0);
  // The last run may have ended just now; to ask a source takes time, and there is none left.
  if (counted.countNow !== undefined) seen = { lastSeen: counted.countNow() };
  return end(seen.lastSeen?.count === 0 ? 'quiet' : 'timed-out');
}

function nextChange(counted: Counted): { readonly happened: Promise<void>; readonly forget: () => void } {
  let forget: () => void = () => undefined;
  const happened = new Promise<void>((resolve) => {
    if (counted.countNow !== undefined) forget = counted.subscribe(resolve);
  });
  return { happened, forget };
}
