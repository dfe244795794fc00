import type { KnownStatus } from '@quietgate/core';
import { classifyDeployment } from '@quietgate/core';
import type { DeploymentRecord, RunEvent } from './deployment-record.ts';
import { nameOf, NOT_FINISHED } from './deployment-record.ts';
import { withHeartbeat } from './heartbeat.ts';

/** The steps of a run, in order, with what each one logs when it begins: phase and message. */
const STEPS: readonly (readonly [KnownStatus, (name: string) => readonly (readonly [string, string])[]])[] = [
  ['pending', (name) => [['accepted', `Provisioning of ${name} was requested`]]],
  [
    'provisioning',
    (name) => [
      ['tofu-init', 'Initializing the backend...'],
      ['tofu-apply', `hcloud_network.${name}: Creating...`],
    ],
  ],
  [
    'tofu-applying',
    (name) => [
      ['tofu-apply', `hcloud_server.${name}: Creating...`],
      ['tofu-apply', `hcloud_load_balancer.${name}: Creating...`],
    ],
  ],
  ['flux-bootstrapping', () => [['flux-bootstrap', 'Installing Flux on the new cluster']]],
  ['phase1-watching', () => [['phase1', 'Watching the new cluster come up']]],
  ['ready', () => [['phase1', 'The new cluster is up']]],
];

/** The record of a run that is just beginning. */
export function beginRun(id: string, name: string, now: Date): DeploymentRecord {
  const record: DeploymentRecord = {
    id,
    status: 'pending',
    request: {
      orgName: `Org ${name}`,
      orgEmail: `owner@${name}.example`,
      sovereignFQDN: `${name}.sovereign.example`,
      sovereignPoolDomain: 'sovereign.example',
      sovereignSubdomain: name,
    },
    startedAt: now.toISOString(),
    finishedAt: NOT_FINISHED,
    events: [],
  };
  return enterStep(record, 0, now);
}

/** The record one step on, or `undefined` when there is nothing left to do: it is over, adopted, or not a run. */
export function advanceRun(record: DeploymentRecord, now: Date): DeploymentRecord | undefined {
  if (!isUnderWay(record)) return undefined;
  return enterStep(record, STEPS.findIndex(([status]) => status === record.status) + 1, now);
}

/** Whether a run still has steps before it. */
export function isUnderWay(record: DeploymentRecord): boolean {
  return ['phase-0', 'phase-1'].includes(classifyDeployment(record));
}

/** What becomes of a record when the server starts and finds that its predecessor left it so. */
export function recoveryOf(record: DeploymentRecord): 'fail' | 'resume' | 'leave' {
  switch (classifyDeployment(record)) {
    case 'phase-0':
      return 'fail';
    case 'phase-1':
      return 'resume';
    case 'terminal':
    case 'adopted':
    case 'stale':
    case 'unknown':
      return 'leave';
  }
}

/** The record of a run whose server was restarted under it: failed, and its resources left behind in the cloud. */
export function abandonRun(record: DeploymentRecord, now: Date): DeploymentRecord {
  const orphans = resourcesOf(record);
  const named = orphans.length === 0 ? '' : `: ${orphans.join(', ')}`;
  return {
    ...record,
    status: 'failed',
    finishedAt: now.toISOString(),
    error: `catalyst-api restarted during provisioning; resources tagged with catalyst-deployment-id=${record.id} are orphans${named}`,
  };
}

/** The cloud resources that a run has begun to create, as far as its log tells. */
export function resourcesOf({ events }: DeploymentRecord): string[] {
  return (events ?? []).flatMap(({ phase, message }) => {
    const created = phase === 'tofu-apply' && /^(\S+): Creating\.\.\.$/.exec(String(message))?.[1];
    return created ? [created] : [];
  });
}

/** When a run left Phase 0 by itself, in milliseconds of the wall clock, as far as its log tells. */
export function phase0EndedAt({ events }: DeploymentRecord): number | undefined {
  const time = Date.parse(String(events?.find(({ phase }) => phase === 'phase1')?.time));
  return Number.isNaN(time) ? undefined : time;
}

function enterStep(record: DeploymentRecord, index: number, now: Date): DeploymentRecord {
  const step = STEPS[index];
  if (step === undefined) throw new RangeError(`a run has no step ${index}`);
  const [status, log] = step;
  const time = now.toISOString();
  const events: RunEvent[] = log(nameOf(record)).map(([phase, message]) => ({
    time,
    phase,
    level: 'info',
    message,
  }));
  return {
    ...withHeartbeat(record, now),
    status,
    ...(index === STEPS.length - 1 ? { finishedAt: time } : {}),
    events: [...(record.events ?? []), ...events],
  };
}
