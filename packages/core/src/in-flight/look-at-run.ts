/** What is known of a run after a look at it. Times are in milliseconds since 1970. */
export interface Sighting {
  /** When the run last showed that it is alive. */
  readonly signAt: number;
  readonly lookedAt: number;
  /** For how long this sign has been looked at, as far as that can be trusted. */
  readonly watchedMs: number;
  readonly isStale: boolean;
}

/** When a run is stale. */
export interface StaleRules {
  /** How old its last heartbeat has to be. */
  readonly afterMs: number;
  /** For how long that sign has to have been looked at. */
  readonly confirmMs: number;
}

/**
 * How much of the time between two looks counts: while a process is suspended, a store is away, or a clock is set, a run may go on
 * showing that it is alive, and nobody sees it.
 */
const MAX_GAP_MS = 30_000;

/**
 * Looks at a run. A look proves nothing, and returns `undefined`, where the sign is no time (`NaN`) or lies in the future,
 * or the present is no time either.
 *
 * @param last what the look before left
 */
export function lookAtRun(
  last: Sighting | undefined,
  signAt: number,
  now: number,
  { afterMs, confirmMs }: StaleRules,
): Sighting | undefined {
  if (!Number.isFinite(now) || !(signAt <= now)) return undefined;
  const isKnown = last?.signAt === signAt;
  const watchedMs = isKnown ? last.watchedMs + trustedGapMs(last.lookedAt, now) : 0;
  const isProved = now - signAt >= afterMs && watchedMs >= confirmMs;
  return { signAt, lookedAt: now, watchedMs, isStale: isProved || (isKnown && last.isStale) };
}

function trustedGapMs(from: number, to: number): number {
  return Math.min(Math.max(to - from, 0), MAX_GAP_MS);
}
