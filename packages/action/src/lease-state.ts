import { getState, saveState, warning } from '@actions/core';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const HOLDER = 'holder';
const URLS = 'urls';
const LIFTS = 'uncordon';
const GOES = 'deploy-goes';

/** What the end of a job knows of the leases that its step may have raised. */
export interface LeaseState {
  /** Empty when the step was not told to raise any. */
  readonly holder: string;
  /** The servers that were to be quiet. */
  readonly urls: readonly string[];
  /** The leases end with the job, whatever became of the deploy. */
  readonly liftsAtJobEnd: boolean;
  /** The step has ended with the deploy ahead, or has released its leases. */
  readonly deployGoes: boolean;
}

/**
 * Notes which leases there may be, before any is raised: the end of a job that was killed has to know. A runner that takes
 * no notes keeps no gate from waiting.
 */
export function saveLeases({ holder, urls, liftsAtJobEnd }: Omit<LeaseState, 'deployGoes'>): void {
  const entries = [
    [URLS, JSON.stringify(urls)],
    [LIFTS, String(liftsAtJobEnd)],
    [HOLDER, holder],
  ] as const;
  for (const [name, value] of entries) {
    try {
      saveState(name, value);
    } catch (error) {
      warning(
        `the end of the job will release no lease, since its state could not be written: ${String(error)}`,
      );
      return;
    }
  }
}

/** Notes that the deploy goes ahead, under its leases. */
export function saveDeployGoes(env: NodeJS.ProcessEnv, holder: string): void {
  try {
    saveState(GOES, 'true');
  } catch (error) {
    warning(`the state of the job could not be written: ${String(error)}`);
    mark(env, holder);
  }
}

/** The end of the job must not take a lease away from a deploy because a file has gone away. */
function mark(env: NodeJS.ProcessEnv, holder: string): void {
  try {
    writeFileSync(markFor(env, holder), '');
  } catch (error) {
    warning(
      `the end of the job will release the lease of this deploy, since that could not be noted: ${String(error)}`,
    );
  }
}

export function readLeaseState(env: NodeJS.ProcessEnv): LeaseState {
  const holder = getState(HOLDER);
  const mark = markFor(env, holder);
  const isMarked = holder !== '' && existsSync(mark);
  if (isMarked) rmSync(mark);
  return {
    holder,
    urls: JSON.parse(getState(URLS) || '[]') as string[],
    liftsAtJobEnd: getState(LIFTS) === 'true',
    deployGoes: getState(GOES) === 'true' || isMarked,
  };
}

function markFor(env: NodeJS.ProcessEnv, holder: string): string {
  return join(env['RUNNER_TEMP'] ?? tmpdir(), `quietgate-${holder.replace(/[^\w.-]/g, '_')}`);
}
