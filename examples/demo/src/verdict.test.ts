import { describe, expect, it } from 'vitest';
import type { Cordoned, Deploys, Gated, LateRun, Ungated } from './verdict.ts';
import { differences } from './verdict.ts';

const started = ['c', 'a', 'b'].map((id) => ({ id, name: `t-${id}` }));
const error = (id: string) => `resources tagged with catalyst-deployment-id=${id} are orphans`;

/** Records of all the runs, which left Phase 0 at a time by the wall clock, or not by themselves. */
const all = (status: string, phase0EndedAt?: number) =>
  started.map(({ id }) => ({
    id,
    status,
    events:
      phase0EndedAt === undefined ? [] : [{ phase: 'phase1', time: new Date(phase0EndedAt).toISOString() }],
  }));

const without: Ungated = {
  started,
  killedAt: 5000,
  records: started.map(({ id }) => ({ id, status: 'failed', error: error(id) })),
};
const withGate: Gated = {
  started,
  killedAt: 9000,
  records: all('ready', 7000),
  told: [
    { count: 3, ids: ['a', 'b', 'c'] },
    { count: 2, ids: ['a', 'b'] },
    { count: 1, ids: ['b'] },
    { count: 0, ids: [] },
  ],
  toldAt: 4000,
  endedAt: 8000,
  result: { outcome: 'quiet', polls: 9, elapsedMs: 3900 },
};

const late23 = { id: 'd', name: 't-d' };
const lateRun: LateRun = {
  started: [late23],
  killedAt: 5000,
  records: [{ id: 'd', status: 'failed', error: error('d') }],
  result: { outcome: 'quiet', polls: 1, elapsedMs: 3 },
};
const refusal = { status: 503, error: 'a deploy', holders: ['deploy-bot'], retryAfterMs: 3000 };
const cordoned: Cordoned = {
  started: [late23],
  killedAt: 5000,
  records: [{ id: 'd', status: 'ready' }],
  result: {
    outcome: 'quiet',
    polls: 1,
    elapsedMs: 3,
    cordon: { up: true, holder: 'deploy-bot', remainingMs: 2900 },
  },
  endedAt: 1000,
  answeredAt: 1010,
  first: refusal,
};

/** In what a replay differs, of which the given acts went otherwise than all of them should. */
const found = (acts: Partial<Deploys>) => differences({ without, withGate, lateRun, cordoned, ...acts });

const wrong = (text: string) => ({ text, late: false });
const late = (text: string) => ({ text, late: true });

describe('differences', () => {
  it('finds none when all of it happened', () => {
    expect(found({})).toEqual([]);
  });

  it.each([
    ['went on after the restart', 5001],
    ['have no log', undefined],
  ])('finds runs wrong that survived without the gate and %s', (_, phase0EndedAt) => {
    expect(found({ without: { ...without, records: all('ready', phase0EndedAt) } })).toEqual(
      started.map(({ name }) =>
        wrong(`without the gate, ${name} should have failed and left orphans, but it is ready`),
      ),
    );
  });

  it('finds runs late that were over before the deploy came', () => {
    expect(found({ without: { ...without, records: all('ready', 5000) } })).toEqual(
      started.map(({ name }) => late(`${name} had left Phase 0 before the deploy came`)),
    );
  });

  it('finds a failure that does not name its orphans', () => {
    const [, ...rest] = without.records;
    const records = [{ id: 'c', status: 'failed', error: error('another') }, ...rest];
    expect(found({ without: { ...without, records } })).toHaveLength(1);
  });

  it('finds runs that were lost with the gate', () => {
    expect(found({ withGate: { ...withGate, records: all('failed').slice(1) } })).toEqual([
      wrong('with the gate, t-c should have become ready, but it is gone'),
      wrong('with the gate, t-a should have become ready, but it is failed'),
      wrong('with the gate, t-b should have become ready, but it is failed'),
    ]);
  });

  it.each([
    ['a zero from the start', [{ count: 0, ids: [] }]],
    ['no zero at the end', withGate.told.slice(0, 3)],
    ['a count that rose', [...withGate.told.slice(0, 2), ...withGate.told]],
    ['nothing', []],
    ['other ids', [{ count: 3, ids: ['x', 'y', 'z'] }, ...withGate.told.slice(1)]],
    ['more ids', [{ count: 4, ids: ['a', 'b', 'c', 'd'] }, ...withGate.told.slice(1)]],
  ])('finds it wrong that the deploy job was told %s', (_, told) => {
    expect(found({ withGate: { ...withGate, told } })).toContainEqual(
      expect.objectContaining({ late: false }),
    );
  });

  it('finds it late that the deploy job was not told of a run that was over by then, and wrong if it was not', () => {
    const told = withGate.told.slice(1);
    const [c, ...rest] = all('ready', 7000);
    const over = { ...c, id: 'c', status: 'ready', events: all('ready', 4000)[0]?.events ?? [] };
    expect(found({ withGate: { ...withGate, told, records: [over, ...rest] } })).toEqual([
      late('t-c had left Phase 0 before the deploy job asked'),
    ]);
    expect(found({ withGate: { ...withGate, told } })).toEqual([
      wrong('the deploy job should first have been told of t-c'),
    ]);
  });

  it.each([
    { outcome: 'timed-out' as const },
    { outcome: 'failed-open' as const, reason: 'unreachable' as const, message: 'refused' },
  ])('finds it wrong that the gate ended $outcome', (outcome) => {
    const result = { ...outcome, polls: 9, elapsedMs: 3900 };
    expect(found({ withGate: { ...withGate, result } })).toEqual([
      wrong(`the gate should have ended quiet, but it ended ${outcome.outcome}`),
    ]);
  });

  it.each([
    [{ outcome: 'timed-out' as const }, 8001],
    [{ outcome: 'timed-out' as const }, undefined],
    [{ outcome: 'failed-open' as const, reason: 'request-timeout' as const, message: 'slow' }, 7000],
  ])('finds it late that the gate ended %j before the runs had time', (outcome, phase0EndedAt) => {
    const result = { ...outcome, polls: 9, elapsedMs: 30_000 };
    expect(found({ withGate: { ...withGate, result, records: all('failed', phase0EndedAt) } })).toEqual([
      late(`the gate ended ${outcome.outcome} while runs were in flight`),
    ]);
  });

  it('finds a late run wrong that survived without the cordon', () => {
    const records = [{ id: 'd', status: 'ready' }];
    expect(found({ lateRun: { ...lateRun, records } })).toEqual([
      wrong('without the cordon, t-d should have failed and left orphans, but it is ready'),
    ]);
  });

  it.each<[string, Partial<Cordoned>, string]>([
    ['was lost', { records: [] }, 'with the cordon, t-d should have become ready, but it is gone'],
    ['was not refused', { first: late23 }, 'under the cordon, t-d should have been refused'],
    [
      'was refused without a time',
      { first: { ...refusal, retryAfterMs: NaN } },
      'the refusal should say when to try again, and name deploy-bot',
    ],
    [
      'was refused for another holder',
      { first: { ...refusal, holders: ['me'] } },
      'the refusal should say when to try again, and name deploy-bot',
    ],
    [
      'was refused otherwise',
      { first: { ...refusal, status: 500 } },
      'the refusal should say when to try again, and name deploy-bot',
    ],
    [
      'came without a cordon',
      { result: { outcome: 'quiet', polls: 1, elapsedMs: 3 } },
      'the cordon should have been up at the green light',
    ],
  ])('finds a late run wrong that %s', (_, fields, text) => {
    expect(found({ cordoned: { ...cordoned, ...fields } })).toEqual([wrong(text)]);
  });

  it('finds a run late that came after the lease', () => {
    expect(found({ cordoned: { ...cordoned, first: late23, answeredAt: 3900 } })).toEqual([
      late('the lease was over before t-d came'),
    ]);
  });

  it.each(['lateRun', 'cordoned'] as const)('finds it wrong that the gate of %s ended otherwise', (act) => {
    const result = { ...cordoned.result, outcome: 'timed-out' as const };
    expect(found({ [act]: { ...{ lateRun, cordoned }[act], result } })).toHaveLength(1);
  });
});
