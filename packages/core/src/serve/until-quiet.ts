import { type Source, sourceTarget } from '../ask/source-target.ts';
import type { InFlightCount } from '../deployment.ts';
import { askInTime } from '../wait/ask-in-time.ts';
import type { Clock } from '../wait/clock.ts';
import { withTimeLimit } from '../wait/with-time-limit.ts';

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

/** Whose count is waited for, and for how long. */
export interface Wait {
  readonly source: Source;
  /** Calls back when another count may be had, before the interval is over. */
  readonly subscribe: (onChange: () => void) => () => void;
  readonly maxWaitMs: number;
  readonly intervalMs: number;
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock;
}

/** One that hangs is asked again. */
const SOURCE_LIMIT_MS = 10_000;

/** Counts until nothing is in flight, or the time is over. Rejects with the reason of the signal. */
export async function untilQuiet(wait: Wait): Promise<DrainResult> {
  const { subscribe, maxWaitMs, intervalMs, clock, signal } = wait;
  const { name, ask } = sourceTarget(wait.source);
  const beganAt = clock.now();
  const leftMs = () => beganAt + maxWaitMs - clock.now();
  let seen: Pick<DrainResult, 'lastSeen' | 'message'> = {};
  const end = (outcome: DrainResult['outcome']) => ({ outcome, elapsedMs: clock.now() - beganAt, ...seen });
  do {
    // Before the count, so that no change falls between the two.
    const change = nextChange(subscribe);
    try {
      const answer = await askInTime(wait, name, Math.min(SOURCE_LIMIT_MS, leftMs()), ask);
      if (answer.type === 'counted') seen = { lastSeen: answer.inFlight };
      else seen = { ...seen, message: answer.message };
      if (seen.lastSeen?.count === 0) return end('quiet');
      await withTimeLimit(Math.min(intervalMs, leftMs()), clock, signal, () => change.happened);
    } finally {
      change.forget();
    }
  } while (leftMs() > 0);
  return end('timed-out');
}

function nextChange(subscribe: Wait['subscribe']): {
  readonly happened: Promise<void>;
  readonly forget: () => void;
} {
  let forget!: () => void;
  const happened = new Promise<void>((resolve) => {
    forget = subscribe(resolve);
  });
  return { happened, forget };
}
