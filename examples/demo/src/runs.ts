import type { DeploymentRecord } from '@quietgate/example-node-http/deployment-store';
import { createDeploymentStore } from '@quietgate/example-node-http/deployment-store';
import { DEPLOYMENTS_PATH } from '@quietgate/example-node-http/provisioning-api';
import { isUnderWay } from '@quietgate/example-node-http/provisioning-run';
import { until } from './until.ts';

/** A provisioning run of the replay. */
export interface Run {
  readonly name: string;
  readonly id: string;
}

/** The runs that the deploy killed on 2026-05-17. */
const NAMES = ['t13', 't17', 't21'];

/** The longest that one step in the replay may keep it waiting. */
const LIMIT_MS = 60_000;

/**
 * Starts the three runs, each once the one before it has begun to provision, and resolves when the last one has: by
 * then each is at another step.
 */
export async function startRuns(
  url: string,
  directory: string,
  onStart: (run: Run) => void,
  signal: AbortSignal,
): Promise<Run[]> {
  const runs: Run[] = [];
  for (const name of NAMES) {
    const run = { name, id: await requestRun(url, name, signal) };
    onStart(run);
    runs.push(run);
    await untilRecords(directory, `${name} provisions`, signal, (records) =>
      records.some(({ id, status }) => id === run.id && status !== 'pending'),
    );
  }
  return runs;
}

/** Resolves with the records once no run is under way any more. */
export function untilOver(directory: string, signal: AbortSignal): Promise<DeploymentRecord[]> {
  return untilRecords(directory, 'all runs end', signal, (records) => !records.some(isUnderWay));
}

/** The records in a directory, as they are on disk now. */
export function readRecords(directory: string): Promise<DeploymentRecord[]> {
  return createDeploymentStore(directory, { warn: () => undefined }).list();
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

async function requestRun(url: string, name: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url + DEPLOYMENTS_PATH, {
    method: 'POST',
    body: JSON.stringify({ name }),
    signal,
  });
  if (response.status !== 202) {
    throw new Error(`the server did not start ${name}: ${response.status} ${await response.text()}`);
  }
  const { id } = (await response.json()) as { id: string };
  return id;
}
