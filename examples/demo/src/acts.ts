import { setTimeout as sleep } from 'node:timers/promises';
import type { InFlightCount, WaitForQuietOptions } from '@quietgate/core';
import { waitForQuiet } from '@quietgate/core';
import type { Sample } from './chart.ts';
import { begin, deploy, roll } from './deploy.ts';
import type { Report } from './report.ts';
import { requestRun, startRun, untilOver } from './runs.ts';
import type { Stage } from './stage.ts';
import type { Cordoned, Gated, LateRun, Ungated } from './verdict.ts';
import { HOLDER } from './verdict.ts';

/** 20 s in real life. */
const INTERVAL_MS = 1000;
/** 30 min in real life. */
const MAX_WAIT_MS = 30_000;
/** 10 min in real life. */
const LEASE_MS = 3000;

/** The one that comes between the green light and the rollout. */
const LATE_NAME = 't23';

const gateOf = ({ server }: Stage, signal: AbortSignal) =>
  ({
    url: server.url,
    intervalMs: INTERVAL_MS,
    maxWaitMs: MAX_WAIT_MS,
    signal,
  }) satisfies WaitForQuietOptions;

/** The deploy does not ask. */
export async function deployAtOnce(stage: Stage, report: Report, signal: AbortSignal): Promise<Ungated> {
  const runs = await begin(stage, report, signal);
  return deploy(stage, report, runs, 'at once', signal);
}

/** The deploy asks first, and waits for the three runs. */
export async function deployWhenQuiet(
  stage: Stage,
  report: Report,
  signal: AbortSignal,
): Promise<Gated & { readonly samples: readonly Sample[] }> {
  const runs = await begin(stage, report, signal);
  const told: InFlightCount[] = [];
  const samples: Sample[] = [];
  let toldAt: number | undefined;
  const hear = (atMs: number, inFlight: InFlightCount | undefined) => {
    if (inFlight === undefined) return;
    toldAt ??= Date.now();
    samples.push({ atMs, count: inFlight.count });
    if (inFlight.count === told.at(-1)?.count) return;
    told.push(inFlight);
    report.told(inFlight, runs, atMs, MAX_WAIT_MS);
  };

  report.asking(MAX_WAIT_MS);
  const result = await waitForQuiet({
    ...gateOf(stage, signal),
    onEvent: ({ elapsedMs, lastSeen }) => {
      hear(elapsedMs, lastSeen);
    },
  });
  const endedAt = Date.now();
  hear(result.elapsedMs, result.lastSeen);
  report.gateEnded(result);
  const deployed = await deploy(stage, report, runs, 'when over', signal);
  return { ...deployed, told, toldAt: toldAt ?? endedAt, endedAt, result, samples };
}

/** The deploy asks first, but a run starts between its green light and the rollout. */
export async function deployWithLateRun(stage: Stage, report: Report, signal: AbortSignal): Promise<LateRun> {
  report.serverUp(stage.server);
  const result = await waitForQuiet(gateOf(stage, signal));
  report.gateEnded(result);
  const run = await startRun(
    stage,
    LATE_NAME,
    (run) => {
      report.runBegins(run);
    },
    signal,
  );
  return { ...(await deploy(stage, report, [run], 'at once', signal)), result };
}

/** The same, but the deploy blocks new runs before it asks. The late one does as it is told, and tries again. */
export async function deployUnderCordon(
  stage: Stage,
  report: Report,
  signal: AbortSignal,
): Promise<Cordoned> {
  report.serverUp(stage.server);
  const result = await waitForQuiet({
    ...gateOf(stage, signal),
    cordon: { token: stage.cordonToken, holder: HOLDER, leaseMs: LEASE_MS },
  });
  const endedAt = Date.now();
  report.gateEnded(result);
  const first = await requestRun(stage.server.url, LATE_NAME, signal);
  const answeredAt = Date.now();
  report.answered(LATE_NAME, first);
  const waits = 'id' in first ? undefined : sleep(first.retryAfterMs, undefined, { signal });
  const [killedAt] = await Promise.all([roll(stage, report), waits]);
  const run =
    'id' in first
      ? first
      : await startRun(
          stage,
          LATE_NAME,
          (run) => {
            report.runBegins(run);
          },
          signal,
        );
  const records = await untilOver(stage.directory, signal);
  report.fates([run], records, records);
  return { started: [run], killedAt, records, result, endedAt, first, answeredAt };
}
