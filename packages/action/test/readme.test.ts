import { expect, it } from 'vitest';
import { codeBlocks } from '@quietgate/testkit/readme';
import { chart } from '../src/chart.ts';

it('the README shows the chart as it is drawn', () => {
  const [shown] = codeBlocks(new URL('../README.md', import.meta.url)).filter(
    ({ info }) => info === 'mermaid',
  );
  const samples = [
    { atMs: 85, count: 3 },
    { atMs: 20_031, count: 2 },
    { atMs: 40_058, count: 1 },
    { atMs: 60_112, count: 0 },
  ];
  expect(shown?.code).toBe(`${chart(samples, 60_112) ?? ''}\n`);
});
