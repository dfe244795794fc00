import { expect, it } from 'vitest';
import type { Deployed } from './deploys.ts';
import { drawTimeline } from './timeline.ts';

const at = (ms: number) => new Date(ms).toISOString();
const run = (id: string, from: number, until?: number) => ({
  id,
  status: 'ready',
  startedAt: at(from),
  events: until === undefined ? [] : [{ phase: 'phase1', time: at(until) }],
});
const deployed = (rolledAt: number, ...records: Deployed['records']): Deployed => ({
  startedAt: 1000,
  runs: [],
  rolledAt,
  records,
});

it('counts runs until they end, or until the rollout kills them', () => {
  const deploys = new Map([
    ['killed', deployed(1450, run('a', 1000), run('b', 1200))],
    ['waited for', deployed(1999, run('a', 1000, 1300), run('b', 1200, 1500))],
  ]);
  expect(drawTimeline(deploys, 12, 10)).toEqual([
    'killed      1122R·····',
    'waited for  11211····R',
    '            0 s  1.0 s',
  ]);
});

it('shows the green light, and below it while a cordon was up', () => {
  const gate = {
    result: { outcome: 'quiet', polls: 1, elapsedMs: 0 },
    askedAt: 1200,
    greenAt: 1300,
    counts: [],
    late: { name: 't23', id: 'c', refusals: 0 },
    cordonedUntil: 1600,
  } as const;
  const deploys = new Map([['held', { ...deployed(1999, run('a', 1000, 1300)), gate }]]);
  expect(drawTimeline(deploys, 24, 10)).toEqual([
    'held                    111G·····R',
    '  new runs are refused    ░░░░',
    '                        0 s  1.0 s',
  ]);
});
