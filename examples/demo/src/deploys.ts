import { setTimeout as sleep } from 'node:timers/promises';
import {
  type InFlightCount,
  type QuietResult,
  waitForQuiet,
  type WaitForQuietOptions,
  whenQuiet,
} from '@quietgate/core';
import type { DeploymentRecord } from '@quietgate/example-node-http/deployment-store';
import { type LateRun, type Run, startLateRun, startRuns, untilOver } from './runs.ts';
import type { Stage } from './stage.ts';

/** What came of one deploy. Times are milliseconds of the wall clock, as in the records on disk. */
export interface Deployed {
  readonly startedAt: number;
  /** The runs that were in flight when the deploy came. */
  readonly runs: readonly Run[];
  /** When the rollout had ended the old server. */
  readonly rolledAt: number;
  /** The records on disk, once no run was in progress any more. */
  readonly records: readonly DeploymentRecord[];
  /** Absent where the deploy did not ask. */
  readonly gate?: Gated;
}

/** What came of a deploy that asked first. */
export interface Gated {
  readonly result: QuietResult;
  /** When it asked first, and when the light turned green. */
  readonly askedAt: number;
  readonly greenAt: number;
  /** Each count that it read, changes only. */
  readonly counts: readonly InFlightCount[];
  /** Until when it kept new runs from starting; absent without a cordon. */
  readonly cordonedUntil?: number;
  /** The run that was wanted between the green light and the rollout. */
  readonly late: LateRun;
}

/** Where a deploy happens, and where it says what happens. */
export interface Play {
  readonly stage: Stage;
  readonly log: (text: string) => void;
  readonly signal: AbortSignal;
}

/** The ways of deploying that are compared. */
export const DEPLOYS = {
  'no gate': deployAtOnce,
  gate: deployBy({ holds: 'nothing' }),
  'gate, and a lease by guess': deployBy({ holds: 'a lease' }),
  'gate, held to the end': deployBy({ holds: 'until the end' }),
} satisfies Record<string, (play: Play) => Promise<Deployed>>;

export type DeployName = keyof typeof DEPLOYS;

/** 20 s in real life. */
const INTERVAL_MS = 1000;
/** 30 min in real life. */
const MAX_WAIT_MS = 30_000;
/** 10 min in real life: how long the rollout was guessed to take. */
const LEASE_MS = 2000;
/** How long after the push the reconciler rolls the Pod: minutes in real life. */
const ROLLED_AFTER_MS = 2500;

async function deployAtOnce({ stage, log, signal }: Play): Promise<Deployed> {
  const startedAt = Date.now();
  const runs = await startRuns(stage, log, signal);
  log('the change is pushed');
  const rolledAt = await roll(stage, log);
  return { startedAt, runs, rolledAt, records: await untilOver(stage.directory, signal) };
}

/** A deploy with a gate: the rollout comes late, and another run is wanted before it. */
function deployBy({ holds }: { holds: 'nothing' | 'a lease' | 'until the end' }) {
  return async ({ stage, log, signal }: Play): Promise<Deployed> => {
    const startedAt = Date.now();
    const runs = await startRuns(stage, log, signal);
    const counts: InFlightCount[] = [];
    const read = (count: InFlightCount | undefined) => {
      if (count === undefined || count.count === counts.at(-1)?.count) return;
      counts.push(count);
      const names = count.ids.map((id) => runs.find((run) => run.id === id)?.name ?? id).sort();
      log([`${count.count} in flight`, ...names].join('  '));
    };
    const cordon = { token: stage.cordonToken, holder: 'deploy-bot', leaseMs: LEASE_MS };
    const gate: WaitForQuietOptions = {
      url: stage.server.url,
      intervalMs: INTERVAL_MS,
      maxWaitMs: MAX_WAIT_MS,
      signal,
      onEvent: ({ lastSeen }) => {
        read(lastSeen);
      },
      ...(holds === 'nothing' ? {} : { cordon }),
    };

    const askedAt = Date.now();
    log(`the deploy job asks, for ${MAX_WAIT_MS / 1000} s at most (in real life 30 min)`);
    const push = async (result: QuietResult) => {
      read(result.lastSeen);
      const greenAt = Date.now();
      log(`${result.outcome === 'quiet' ? 'green light' : result.outcome}: the change is pushed`);
      const starting = startLateRun(stage, log, signal);
      // As late as it takes to kill it; or, where it may not start before, minutes later.
      const rollout = holds === 'until the end' ? sleep(ROLLED_AFTER_MS, undefined, { signal }) : starting;
      await Promise.race([rollout, starting]);
      await rollout;
      return { result, greenAt, starting, rolledAt: await roll(stage, log) };
    };
    const { result, greenAt, starting, rolledAt } =
      holds === 'until the end'
        ? await whenQuiet(gate, ({ results: [result] }) => {
            if (result === undefined) throw new Error('one gate has one result');
            return push(result);
          })
        : await push(await waitForQuiet(gate));
    const endedAt = Date.now();
    const late = await starting;
    const leaseMs = result.cordon?.up === true ? result.cordon.remainingMs : 0;
    return {
      startedAt,
      runs,
      rolledAt,
      records: await untilOver(stage.directory, signal),
      gate: {
        result,
        askedAt,
        greenAt,
        counts,
        late,
        ...(holds === 'a lease' && { cordonedUntil: greenAt + leaseMs }),
        ...(holds === 'until the end' && { cordonedUntil: endedAt }),
      },
    };
  };
}

/** Rolls the Pod; returns when the old one had ended. */
async function roll(stage: Stage, log: Play['log']): Promise<number> {
  log(`Flux rolls the Pod: SIGTERM to pid ${stage.server.pid}`);
  const endedAt = await stage.redeploy();
  log(`catalyst-api is up again, pid ${stage.server.pid}`);
  return endedAt;
}
