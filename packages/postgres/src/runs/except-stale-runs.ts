import { exceptStale } from '@quietgate/core';
import type { StoredRun } from './runs-table.ts';

/** When a run is stale. */
export interface StalenessOptions {
  readonly staleAfterMs: number;
  readonly confirmMs: number;
  readonly onStale: (run: { readonly id: string }) => void;
}

/** Makes what leaves stale runs out of a listing, by the database's clock, and remembers what it saw of each. */
export function exceptStaleRuns({
  staleAfterMs,
  confirmMs,
  onStale,
}: StalenessOptions): (listed: readonly StoredRun[]) => readonly { readonly id: string }[] {
  let nowMs = NaN;
  const classify = exceptStale<{ readonly id: string; readonly stored: StoredRun }>({
    afterMs: staleAfterMs,
    confirmMs,
    now: () => nowMs,
    classify: () => 'phase-0',
    lastSignOfLife: ({ stored }) => stored.heartbeat_ms,
    onStale: ({ stored }) => {
      onStale({ id: stored.id });
    },
  });
  return (listed) =>
    listed
      .filter((stored) => {
        nowMs = stored.now_ms;
        return classify({ id: stored.run, stored }) === 'phase-0';
      })
      .map(({ id }) => ({ id }));
}
