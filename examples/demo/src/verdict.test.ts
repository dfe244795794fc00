import { describe, expect, it } from 'vitest';
import type { Gated, Ungated } from './verdict.ts';
import { differences } from './verdict.ts';

const started = ['c', 'a', 'b'];
const error = (id: string) => `resources tagged with catalyst-deployment-id=${id} are orphans`;
const all = (status: string) => started.map((id) => ({ id, status }));

const without: Ungated = {
  started,
  records: started.map((id) => ({ id, status: 'failed', error: error(id) })),
};
const withGate: Gated = {
  started,
  records: all('ready'),
  told: [
    { count: 3, ids: ['a', 'b', 'c'] },
    { count: 2, ids: ['a', 'b'] },
    { count: 1, ids: ['b'] },
    { count: 0, ids: [] },
  ],
  result: { outcome: 'quiet', polls: 9, elapsedMs: 3900 },
};

describe('differences', () => {
  it('finds none when all of it happened', () => {
    expect(differences(without, withGate)).toEqual([]);
  });

  it('finds runs that survived without the gate', () => {
    expect(differences({ started, records: all('ready') }, withGate)).toEqual(
      started.map((id) => `without the gate, ${id} should have failed and left orphans, but it is ready`),
    );
  });

  it('finds a failure that does not name its orphans', () => {
    const [, ...rest] = without.records;
    const records = [{ id: 'c', status: 'failed', error: error('another') }, ...rest];
    expect(differences({ started, records }, withGate)).toHaveLength(1);
  });

  it('finds runs that were lost with the gate', () => {
    expect(differences(without, { ...withGate, records: all('failed').slice(1) })).toEqual([
      'with the gate, c should have become ready, but it is gone',
      'with the gate, a should have become ready, but it is failed',
      'with the gate, b should have become ready, but it is failed',
    ]);
  });

  it.each([
    ['a zero from the start', [{ count: 0, ids: [] }]],
    ['no zero at the end', withGate.told.slice(0, 3)],
    ['a count that rose', [...withGate.told.slice(0, 2), ...withGate.told]],
    ['nothing', []],
    ['other ids', [{ count: 3, ids: ['x', 'y', 'z'] }, ...withGate.told.slice(1)]],
  ])('finds that the deploy job was told %s', (_, told) => {
    expect(differences(without, { ...withGate, told })).not.toEqual([]);
  });

  it.each([
    { outcome: 'timed-out' as const },
    { outcome: 'failed-open' as const, reason: 'unreachable' as const, message: 'refused' },
  ])('finds that the gate ended $outcome', (outcome) => {
    const result = { ...outcome, polls: 9, elapsedMs: 3900 };
    expect(differences(without, { ...withGate, result })).toEqual([
      `the gate should have ended quiet, but it ended ${outcome.outcome}`,
    ]);
  });
});
