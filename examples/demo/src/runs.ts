import { setTimeout as sleep } from 'node:timers/promises';
import type { DeploymentRecord } from '@quietgate/example-node-http/deployment-store';
import { createDeploymentStore } from '@quietgate/example-node-http/deployment-store';
import { DEPLOYMENTS_PATH } from '@quietgate/example-node-http/provisioning-api';
import { isUnderWay } from '@quietgate/example-node-http/provisioning-run';
import type { Stage } from './stage.ts';
import { until } from './until.ts';

/** A provisioning run of the replay. */
export interface Run {
  readonly name: string;
  readonly id: string;
}

/** A run that was tried until the server started it. */
export interface LateRun extends Run {
  /** How often the server refused it, with 503 and when to try again. */
  readonly refusals: number;
}

/** The runs that the deploy killed on 2026-05-17, and one that comes late. */
const NAMES = ['t13', 't17', 't21'];
const LATE_NAME = 't23';

/** The runs begin one after the other, so that they end one after the other. */
const STAGGER_MS = 400;

/** How often a run is tried that may not start. In real life: when the server says. */
const TRY_AGAIN_MS = 250;

/** The longest that one step in the replay may keep it waiting. */
const LIMIT_MS = 60_000;

/** Starts the three runs, and resolves once each is provisioning. */
export async function startRuns(
  stage: Stage,
  log: (text: string) => void,
  signal: AbortSignal,
): Promise<readonly Run[]> {
  const runs: Run[] = [];
  for (const name of NAMES) {
    if (runs.length > 0) await sleep(STAGGER_MS, undefined, { signal });
    const id = await requestRun(stage.server.url, name, signal);
    if (id === undefined) throw new Error(`the server did not start ${name}`);
    runs.push({ name, id });
  }
  await untilProvisioning(stage.directory, runs, signal);
  log(`${NAMES.join(', ')} are provisioning`);
  return runs;
}

/** Wants a run, again and again until the server starts it, and resolves once it is provisioning. */
export async function startLateRun(
  stage: Stage,
  log: (text: string) => void,
  signal: AbortSignal,
): Promise<LateRun> {
  let refusals = 0;
  const id = await until(
    `${LATE_NAME} starts`,
    LIMIT_MS,
    async () => {
      try {
        const started = await requestRun(stage.server.url, LATE_NAME, signal);
        if (started === undefined && refusals++ === 0) log(`${LATE_NAME} is refused, and tries again`);
        return started;
      } catch (error) {
        if (error instanceof TypeError) return undefined; // nobody answers while the Pod is replaced
        throw error;
      }
    },
    signal,
    TRY_AGAIN_MS,
  );
  const run = { name: LATE_NAME, id, refusals };
  await untilProvisioning(stage.directory, [run], signal);
  log(`${LATE_NAME} is provisioning`);
  return run;
}

async function untilProvisioning(
  directory: string,
  runs: readonly Run[],
  signal: AbortSignal,
): Promise<void> {
  const names = runs.map(({ name }) => name).join(', ');
  await untilRecords(directory, `${names} provision`, signal, (records) =>
    runs.every(({ id }) => records.some((record) => record.id === id && record.status !== 'pending')),
  );
}

/** Resolves with the records once no run is under way any more. */
export function untilOver(directory: string, signal: AbortSignal): Promise<DeploymentRecord[]> {
  return untilRecords(directory, 'all runs end', signal, (records) => !records.some(isUnderWay));
}

/** The records in a directory, as they are on disk now. */
function readRecords(directory: string): Promise<DeploymentRecord[]> {
  return createDeploymentStore(directory, () => undefined).list();
}

function untilRecords(
  directory: string,
  what: string,
  signal: AbortSignal,
  holds: (records: readonly DeploymentRecord[]) => boolean,
): Promise<DeploymentRecord[]> {
  const probe = async () => {
    const records = await readRecords(directory);
    return holds(records) ? records : undefined;
  };
  return until(what, LIMIT_MS, probe, signal);
}

/** Asks the server for a run; its id, or nothing when it is refused for now. */
async function requestRun(url: string, name: string, signal: AbortSignal): Promise<string | undefined> {
  const response = await fetch(url + DEPLOYMENTS_PATH, {
    method: 'POST',
    body: JSON.stringify({ name }),
    signal,
  });
  const { id, error } = (await response.json()) as { id?: string; error?: string };
  if (response.status === 202) return id;
  if (response.status === 503 && Number(response.headers.get('retry-after')) > 0) return undefined;
  throw new Error(`the server answered ${response.status} to ${name}: ${String(error)}`);
}
