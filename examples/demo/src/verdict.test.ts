import { describe, expect, it } from 'vitest';
import type { Deployed, DeployName, Gated } from './deploys.ts';
import { differences } from './verdict.ts';

const at = (ms: number) => new Date(ms).toISOString();
const runs = ['c', 'a', 'b'].map((id) => ({ id, name: `t-${id}` }));
const lateRun = { id: 'd', name: 't-d', refusals: 1 };
const abandoned = (id: string) => ({
  id,
  status: 'failed',
  startedAt: at(100),
  error: `resources tagged with catalyst-deployment-id=${id} are orphans`,
});
const ready = (id: string, { from = 100, until = 7000 } = {}) => ({
  id,
  status: 'ready',
  startedAt: at(from),
  events: [{ phase: 'phase1', time: at(until) }],
});

const gate: Gated = {
  result: { outcome: 'quiet', polls: 9, elapsedMs: 3900 },
  askedAt: 4000,
  greenAt: 8000,
  counts: [
    { count: 3, ids: ['a', 'b', 'c'] },
    { count: 1, ids: ['b'] },
    { count: 0, ids: [] },
  ],
  late: { ...lateRun, refusals: 0 },
};
const three = runs.map(({ id }) => ready(id));
const base = { startedAt: 0, runs, rolledAt: 9000 };

const AS_CLAIMED: Readonly<Record<DeployName, Deployed>> = {
  'no gate': { ...base, records: runs.map(({ id }) => abandoned(id)) },
  gate: { ...base, records: [...three, abandoned('d')], gate },
  'gate, and a lease by guess': {
    ...base,
    records: [...three, abandoned('d')],
    gate: { ...gate, late: lateRun, cordonedUntil: 8500 },
  },
  'gate, held to the end': {
    ...base,
    records: [...three, ready('d', { from: 9500, until: 9900 })],
    gate: { ...gate, late: lateRun, cordonedUntil: 9400 },
  },
};

/** What is said of one deploy that went otherwise. */
function said(name: DeployName, change: Partial<Deployed>, gateChange?: Partial<Gated>): string[] {
  const { gate: claimed } = AS_CLAIMED[name];
  const deploy = { ...AS_CLAIMED[name], ...(claimed && { gate: { ...claimed, ...gateChange } }), ...change };
  return differences(new Map([[name, deploy]])).map(
    ({ text, late }) => `${late ? 'late' : 'wrong'}: ${text}`,
  );
}

it('is nothing when all of it happened', () => {
  expect(differences(new Map(Object.entries(AS_CLAIMED) as [DeployName, Deployed][]))).toEqual([]);
});

describe('without a gate', () => {
  it('notices a run that was not killed', () => {
    expect(
      said('no gate', { records: [ready('a', { until: 9500 }), abandoned('b'), abandoned('c')] }),
    ).toEqual(['wrong: no gate: t-a should have failed and left orphans, but it is ready']);
  });

  it('notices a failure that names no orphans, and a run that is gone', () => {
    expect(said('no gate', { records: [{ ...abandoned('a'), error: 'failed' }, abandoned('b')] })).toEqual([
      'wrong: no gate: t-c should have failed and left orphans, but it is gone',
      'wrong: no gate: t-a should have failed and left orphans, but it is failed',
    ]);
  });

  it('blames the machine for a run that was over before the rollout', () => {
    expect(said('no gate', { records: [ready('a'), abandoned('b'), abandoned('c')] })).toEqual([
      'late: no gate: t-a had left Phase 0 before the rollout came',
    ]);
  });
});

describe('with a gate', () => {
  it('notices another outcome', () => {
    const result = {
      outcome: 'failed-open',
      polls: 1,
      elapsedMs: 0,
      reason: 'not-found',
      message: '',
    } as const;
    expect(said('gate', {}, { result })).toEqual([
      'wrong: gate: it should have ended quiet, not failed-open',
    ]);
  });

  it.each([
    { outcome: 'timed-out', polls: 9, elapsedMs: 30_000 } as const,
    { outcome: 'failed-open', polls: 1, elapsedMs: 0, reason: 'request-timeout', message: '' } as const,
  ])('blames the machine where runs took longer than the gate waits: $outcome', (result) => {
    const records = runs.map(({ id }) => ready(id, { until: 20_000 }));
    expect(said('gate', { records }, { result })).toEqual([
      `late: gate: it ended ${result.outcome} while runs were in progress`,
    ]);
  });

  it('notices a gate that times out although all runs are over', () => {
    const result = { outcome: 'timed-out', polls: 9, elapsedMs: 30_000 } as const;
    expect(said('gate', {}, { result })).toEqual(['wrong: gate: it should have ended quiet, not timed-out']);
  });

  it.each([
    [[3, 1], '3, 1'],
    [[0], '0'],
    [[3, 3, 0], '3, 3, 0'],
  ])('notices counts that do not fall to zero: %j', (numbers, text) => {
    const counts = numbers.map((count) => ({ count, ids: ['a', 'b', 'c'] }));
    expect(said('gate', {}, { counts })).toEqual([
      `wrong: gate: the counts should have fallen to 0, not been ${text}`,
    ]);
  });

  it('notices a first count that leaves a run out, unless that was over', () => {
    const counts = [
      { count: 2, ids: ['a', 'b'] },
      { count: 0, ids: [] },
    ];
    expect(said('gate', {}, { counts })).toEqual(['wrong: gate: the first count should have listed t-c']);
    const records = [ready('c', { until: 3000 }), ready('a'), ready('b'), abandoned('d')];
    expect(said('gate', { records }, { counts })).toEqual([
      'late: gate: t-c had left Phase 0 before the deploy job asked',
    ]);
  });

  it('notices one of the three that is not ready', () => {
    const records = [abandoned('a'), ready('b'), ready('c'), abandoned('d')];
    expect(said('gate', { records })).toEqual([
      'wrong: gate: t-a should have become ready, but it is failed',
    ]);
  });
});

describe('the run that is wanted before the rollout', () => {
  it('has to be killed where nothing keeps it from starting', () => {
    const records = [...three, ready('d', { until: 9500 })];
    expect(said('gate', { records })).toEqual([
      'wrong: gate: t-d should have failed and left orphans, but it is ready',
    ]);
  });

  it.each(['gate, and a lease by guess', 'gate, held to the end'] as const)(
    'has to be refused first: %s',
    (name) => {
      const records = [...three, { ...abandoned('d'), startedAt: at(8100) }];
      expect(said(name, { records }, { late: { ...lateRun, refusals: 0 } })).toEqual([
        `wrong: ${name}: t-d should have been refused at first`,
      ]);
    },
  );

  it('may come too late to be refused', () => {
    const records = [...three, { ...abandoned('d'), startedAt: at(8600) }];
    expect(said('gate, and a lease by guess', { records }, { late: { ...lateRun, refusals: 0 } })).toEqual([
      'late: gate, and a lease by guess: the lease was over before t-d came',
    ]);
  });

  it('may not start before the rollout while the cordon is held', () => {
    const records = [...three, ready('d', { from: 8600, until: 9900 })];
    expect(said('gate, held to the end', { records })).toEqual([
      'wrong: gate, held to the end: t-d should have started after the rollout',
    ]);
  });

  it('has to become ready where the cordon is held', () => {
    const records = [...three, { ...abandoned('d'), startedAt: at(9500) }];
    expect(said('gate, held to the end', { records })).toEqual([
      'wrong: gate, held to the end: t-d should have become ready, but it is failed',
    ]);
  });
});
