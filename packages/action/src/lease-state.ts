import { getState, saveState } from '@actions/core';

const HOLDER = 'holder';
const GOES = 'deploy-goes';

/** What the end of a job knows of the lease that its step may have raised. */
export interface LeaseState {
  /** Empty when the step was not told to raise any. */
  readonly holder: string;
  /** The step has ended with the deploy ahead. */
  readonly deployGoes: boolean;
}

/** Notes the holder, before any lease is raised: the end of a job that was cancelled has to know it. */
export function saveHolder(holder: string): void {
  saveState(HOLDER, holder);
}

/** Notes that the deploy goes ahead, under the lease. */
export function saveDeployGoes(): void {
  saveState(GOES, 'true');
}

export function readLeaseState(): LeaseState {
  return { holder: getState(HOLDER), deployGoes: getState(GOES) === 'true' };
}
