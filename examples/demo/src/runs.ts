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

/** What the server says when it starts no run. */
export interface Refusal {
  readonly status: number;
  readonly error: string;
  /** Who blocks new runs. */
  readonly holders: readonly string[];
  /** When to try again. */
  readonly retryAfterMs: number;
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
  stage: Stage,
  onStart: (run: Run) => void,
  signal: AbortSignal,
): Promise<Run[]> {
  const runs: Run[] = [];
  for (const name of NAMES) runs.push(await startRun(stage, name, onStart, signal));
  return runs;
}

/** Starts a run, and resolves once it provisions. */
export async function startRun(
  { server, directory }: Stage,
  name: string,
  onStart: (run: Run) => void,
  signal: AbortSignal,
): Promise<Run> {
  const answer = await requestRun(server.url, name, signal);
  if (!('id' in answer)) throw new Error(`the server did not start ${name}: ${answer.error}`);
  onStart(answer);
  await untilRecords(directory, `${name} provisions`, signal, (records) =>
    records.some(({ id, status }) => id === answer.id && status !== 'pending'),
  );
  return answer;
}

/** Resolves with the records once no run is under way any more. */
export function untilOver(directory: string, signal: AbortSignal): Promise<DeploymentRecord[]> {
  return untilRecords(directory, 'all runs end', signal, (records) => !records.some(isUnderWay));
}

/** The records in a directory, as they are on disk now. */
export function readRecords(directory: string): Promise<DeploymentRecord[]> {
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

/** Asks the server for a run. */
export async function requestRun(url: string, name: string, signal: AbortSignal): Promise<Run | Refusal> {
  const response = await fetch(url + DEPLOYMENTS_PATH, {
    method: 'POST',
    body: JSON.stringify({ name }),
    signal,
  });
  const body = (await response.json()) as { id: string; error: string; holders?: string[] };
  if (response.status === 202) return { name, id: body.id };
  return {
    status: response.status,
    error: body.error,
    holders: body.holders ?? [],
    retryAfterMs: Number(response.headers.get('retry-after')) * 1000,
  };
}
