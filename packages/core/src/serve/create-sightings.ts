import type { Sighting } from '../in-flight/look-at-run.ts';

/** What is remembered of runs that have been looked at, by id. */
export interface Sightings {
  /** What the last look at a run has left, if that was within the hour. Forgets what is older. */
  readonly recall: (id: string, now: number) => Sighting | undefined;
  /** Remembers a look at a run, or forgets the run. */
  readonly keep: (id: string, seen: Sighting | undefined) => void;
}

/** A run that has not been looked at for so long is forgotten. */
const REMEMBERED_MS = 3_600_000;

/** Makes a memory, which is empty. */
export function createSightings(): Sightings {
  /** The one that was looked at longest ago comes first. */
  const remembered = new Map<string, { readonly seen: Sighting; sinceMs: number }>();

  const forgetOld = (now: number) => {
    for (const [id, each] of remembered) {
      // After a clock was set back, or else this one would be kept until its time, and all behind it.
      each.sinceMs = Math.min(each.sinceMs, now);
      if (now - each.sinceMs < REMEMBERED_MS) return;
      remembered.delete(id);
    }
  };

  return {
    recall(id, now) {
      if (!Number.isFinite(now)) return undefined;
      forgetOld(now);
      const last = remembered.get(id);
      return last !== undefined && now - last.sinceMs < REMEMBERED_MS ? last.seen : undefined;
    },
    keep(id, seen) {
      remembered.delete(id);
      if (seen !== undefined) remembered.set(id, { seen, sinceMs: seen.lookedAt });
    },
  };
}
