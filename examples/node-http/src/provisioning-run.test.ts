import { STATUS_TABLE } from '@quietgate/core';
import { describe, expect, it } from 'vitest';
import type { DeploymentRecord } from './deployment-record.ts';
import { NOT_FINISHED } from './deployment-record.ts';
import {
  abandonRun,
  advanceRun,
  beginRun,
  isUnderWay,
  phase0EndedAt,
  recoveryOf,
  resourcesOf,
} from './provisioning-run.ts';

const begun = new Date('2026-05-17T13:02:11Z');
const later = new Date('2026-05-17T13:09:59Z');

/** A new run and what becomes of it, step by step, until nothing does any more. */
function wholeRun(): DeploymentRecord[] {
  const steps: DeploymentRecord[] = [];
  for (
    let step: DeploymentRecord | undefined = beginRun('65cd3375ad921eaf', 't13', begun);
    step !== undefined;
    step = advanceRun(step, later)
  ) {
    steps.push(step);
  }
  return steps;
}

describe('a run', () => {
  it('walks from pending to ready', () => {
    expect(wholeRun().map(({ status }) => status)).toEqual([
      'pending',
      'provisioning',
      'tofu-applying',
      'flux-bootstrapping',
      'phase1-watching',
      'ready',
    ]);
  });

  it('is finished when it is ready, and not before', () => {
    expect(wholeRun().map(({ finishedAt }) => finishedAt)).toEqual([
      ...Array.from({ length: 5 }, () => NOT_FINISHED),
      later.toISOString(),
    ]);
  });

  it('logs the resources that it creates', () => {
    expect(wholeRun().map((record) => resourcesOf(record).length)).toEqual([0, 1, 3, 3, 3, 3]);
    expect(wholeRun().flatMap(resourcesOf)).toContain('hcloud_network.t13');
  });

  it('logs when it leaves Phase 0', () => {
    const ends = wholeRun().map(phase0EndedAt);
    expect(ends).toEqual([undefined, undefined, undefined, undefined, later.getTime(), later.getTime()]);
  });

  it.each([
    { status: 'ready' },
    { status: 'failed' },
    { status: 'wiping' },
    { status: 'tofu-applying', adoptedAt: '2026-05-12T19:00:00Z' },
  ])('stays as it is when it is $status, adopted at $adoptedAt', (fields) => {
    const record = { id: 'a1', ...fields };
    expect(advanceRun(record, later)).toBeUndefined();
    expect(isUnderWay(record)).toBe(false);
  });

  it('keeps fields that nobody here knows', () => {
    const record = { id: 'a1', status: 'pending', pdmReservationToken: 'rsv' };
    expect(advanceRun(record, later)).toMatchObject({ pdmReservationToken: 'rsv', status: 'provisioning' });
  });
});

describe('recovery after a restart', () => {
  it('fails Phase 0, resumes Phase 1 and leaves the rest alone', () => {
    const recoveries = Object.keys(STATUS_TABLE).map((status) => [status, recoveryOf({ id: 'a1', status })]);
    expect(Object.fromEntries(recoveries)).toEqual({
      pending: 'fail',
      provisioning: 'fail',
      'tofu-applying': 'fail',
      'flux-bootstrapping': 'fail',
      'phase1-watching': 'resume',
      ready: 'leave',
      failed: 'leave',
      'partial-failure': 'leave',
      wiped: 'leave',
      adopted: 'leave',
    });
  });

  it.each(['tofu-applying', 'phase1-watching', 'wiping'])('leaves an adopted %s alone', (status) => {
    expect(recoveryOf({ id: 'a1', status, adoptedAt: '2026-05-12T19:00:00Z' })).toBe('leave');
  });

  it('leaves a status that nobody knows alone', () => {
    expect(recoveryOf({ id: 'a1', status: 'wiping' })).toBe('leave');
  });

  it('names the orphans of a run that has failed', () => {
    const [, provisioning] = wholeRun();
    expect(provisioning && abandonRun(provisioning, later)).toEqual({
      ...provisioning,
      status: 'failed',
      finishedAt: '2026-05-17T13:09:59.000Z',
      error:
        'catalyst-api restarted during provisioning; resources tagged with catalyst-deployment-id=65cd3375ad921eaf are orphans: hcloud_network.t13',
    });
  });

  it('names the tag when the log tells of no resource', () => {
    expect(abandonRun({ id: 'a1', status: 'pending' }, later).error).toBe(
      'catalyst-api restarted during provisioning; resources tagged with catalyst-deployment-id=a1 are orphans',
    );
  });
});
