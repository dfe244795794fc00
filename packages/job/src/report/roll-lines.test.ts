import { expect, it } from 'vitest';
import type { Progress } from './progress.ts';
import { describeRoll, describeRollEnd } from './roll-lines.ts';

it.each<[seen: Progress[], line: string]>([
  [[{}], './deploy.sh is running'],
  [[{ cordonedAtMs: 1000 }], 'cordon up for 2m 10s; ./deploy.sh is running'],
  [
    [{ cordonedAtMs: 5000 }, { cordonedAtMs: 1000, renewedAtMs: 121_000 }],
    'cordon up for 2m 10s, renewed 10s ago; ./deploy.sh is running',
  ],
])('while the command runs: %j', (seen, line) => {
  expect(describeRoll(seen, 131_000, './deploy.sh')).toBe(line);
});

it.each<[seen: Progress[], blocked: string]>([
  [[{}], ''],
  [[{ cordonedAtMs: 1000 }], ', blocked new runs for 3m'],
])('at the end it sums the deploy up: %j', (seen, blocked) => {
  const end = { seen, waitedMs: 120_000, elapsedMs: 181_000, status: 0 };
  expect(describeRollEnd(end, './deploy.sh')).toBe(
    `./deploy.sh exited with 0: waited 2m for quiet, ran for 1m 1s${blocked}`,
  );
});
