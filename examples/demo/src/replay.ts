import type { InFlightCount } from '@quietgate/core';
import { waitForQuiet } from '@quietgate/core';
import type { DeploymentRecord } from '@quietgate/example-node-http/deployment-store';
import type { Sample } from './chart.ts';
import type { Report } from './report.ts';
import type { Run } from './runs.ts';
import { readRecords, startRuns, untilOver } from './runs.ts';
import type { Stage } from './stage.ts';
import { onStage } from './stage.ts';
import type { Difference, Gated, Ungated } from './verdict.ts';
import { differences } from './verdict.ts';

/** A step of a run takes this long: minutes, in real life. */
const STEP_MS = 1300;
/** 20 s in real life. */
const INTERVAL_MS = 1000;
/** 30 min in real life. */
const MAX_WAIT_MS = 30_000;

/**
 * Replays the incident without the gate, then with it.
 *
 * @param entry the path of the server's source
 * @param report is told what happens while it does
 * @returns in what the replay differed from what it claims; nothing, if all of it happened
 */
export async function replay(entry: string, report: Report, signal: AbortSignal): Promise<Difference[]> {
  report.opening();
  report.act('Without the gate', 'the deploy rolls the Pod, whatever is under way');
  const without = await onStage(entry, STEP_MS, signal, (stage) => deployAtOnce(stage, report, signal));
  report.act('With the gate', 'the deploy waits until a restart destroys nothing');
  const withGate = await onStage(entry, STEP_MS, signal, (stage) => deployWhenQuiet(stage, report, signal));
  report.summary(without, withGate);
  report.chart(withGate.samples, withGate.result);
  const found = differences(without, withGate);
  report.verdict(found);
  return found;
}

async function deployAtOnce(stage: Stage, report: Report, signal: AbortSignal): Promise<Ungated> {
  const runs = await begin(stage, report, signal);
  return { started: runs, ...(await deploy(stage, report, runs, readRecords)) };
}

async function deployWhenQuiet(
  stage: Stage,
  report: Report,
  signal: AbortSignal,
): Promise<Gated & { samples: Sample[] }> {
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
    url: stage.server.url,
    intervalMs: INTERVAL_MS,
    maxWaitMs: MAX_WAIT_MS,
    signal,
    onEvent: ({ elapsedMs, lastSeen }) => {
      hear(elapsedMs, lastSeen);
    },
  });
  const endedAt = Date.now();
  hear(result.elapsedMs, result.lastSeen);
  report.gateEnded(result);

  const deployed = await deploy(stage, report, runs, (directory) => untilOver(directory, signal));
  return { started: runs, ...deployed, told, toldAt: toldAt ?? endedAt, endedAt, result, samples };
}

async function begin(stage: Stage, report: Report, signal: AbortSignal): Promise<Run[]> {
  report.serverUp(stage.server);
  return startRuns(
    stage.server.url,
    stage.directory,
    (run) => {
      report.runBegins(run);
    },
    signal,
  );
}

async function deploy(
  stage: Stage,
  report: Report,
  runs: readonly Run[],
  readAfter: (directory: string) => Promise<DeploymentRecord[]>,
): Promise<Pick<Ungated, 'records' | 'killedAt'>> {
  const before = await readRecords(stage.directory);
  report.deployBegins(stage.server);
  const killedAt = await stage.redeploy();
  report.serverUp(stage.server);
  const records = await readAfter(stage.directory);
  report.fates(runs, before, records);
  return { records, killedAt };
}
