import type { InFlightCount } from '@quietgate/core';

/** The count at one moment. */
export interface Sample {
  readonly atMs: number;
  readonly count: number;
}

/** How long one run was seen in flight. */
export interface RunSeen {
  readonly id: string;
  readonly fromMs: number;
  /** The first moment at which it was gone; absent while it is in flight. */
  readonly untilMs?: number;
}

/** What the gate has seen over time. */
export interface History {
  readonly samples: readonly Sample[];
  readonly runs: readonly RunSeen[];
}

export const NO_HISTORY: History = { samples: [], runs: [] };

/** However many runs a server names, no more are remembered. */
const MAX_RUNS = 1000;

/** Adds what was seen at one moment. */
export function remember({ samples, runs }: History, seen: InFlightCount | undefined, atMs: number): History {
  if (seen === undefined) return { samples, runs };
  const inFlight = new Set(seen.ids);
  const known = new Set(runs.filter(isInFlight).map(({ id }) => id));
  const begun = [...inFlight].filter((id) => !known.has(id)).map((id) => ({ id, fromMs: atMs }));
  return {
    samples: [...samples, { atMs, count: seen.count }],
    runs: [
      ...runs.map((run) => (isInFlight(run) && !inFlight.has(run.id) ? { ...run, untilMs: atMs } : run)),
      ...begun,
    ].slice(0, MAX_RUNS),
  };
}

function isInFlight({ untilMs }: RunSeen): boolean {
  return untilMs === undefined;
}
