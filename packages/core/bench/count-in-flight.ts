/**
 * How `countInFlight` compares with a loop written by hand over the same records. Prints the ratio of their times,
 * from rounds that alternate within one run; 1.1 or less is the goal.
 */
import { countInFlight, type Deployment } from '@quietgate/core';
import { do_not_optimize, measure } from 'mitata';

const ROUNDS = 7;

const PHASE_0 = new Set(['pending', 'provisioning', 'tofu-applying', 'flux-bootstrapping']);

function byHand(deployments: Iterable<Deployment>) {
  const ids: string[] = [];
  for (const { id, status, adoptedAt } of deployments) {
    if (PHASE_0.has(status) && (adoptedAt === undefined || adoptedAt === null || adoptedAt === ''))
      ids.push(id);
  }
  return { count: ids.length, ids: ids.sort() };
}

/** As a store lists them: most are over, some adopted, one in a hundred in flight. */
function records(length: number): Deployment[] {
  const statuses = ['ready', 'ready', 'ready', 'failed', 'wiped', 'phase1-watching', 'adopted', 'wiping'];
  return Array.from({ length }, (_, n) => ({
    id: ((n * 0x9e3779b1) >>> 0).toString(16).padStart(16, '0'),
    // Parsed, as from a file: strings of their own, not the table's.
    status: JSON.parse(
      JSON.stringify(n % 100 === 0 ? 'tofu-applying' : statuses[n % statuses.length]),
    ) as string,
    ...(n % 3 === 0 && { adoptedAt: '2026-05-16T08:00:00Z' }),
  }));
}

async function medianNs(work: () => unknown): Promise<number> {
  const { p50 } = await measure(
    () => {
      do_not_optimize(work());
    },
    { min_cpu_time: 150e6 },
  );
  return p50;
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

console.log('records   countInFlight   by hand      ratio (goal: at most 1.10)');
for (const length of [100, 10_000, 100_000]) {
  const deployments = records(length);
  const ours: number[] = [];
  const hand: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await medianNs(() => countInFlight(deployments)));
    hand.push(await medianNs(() => byHand(deployments)));
  }
  const ratio = median(ours.map((ns, round) => ns / (hand[round] ?? NaN)));
  const us = (values: number[]) => `${(median(values) / 1000).toFixed(1)} µs`;
  console.log(
    `${String(length).padEnd(9)} ${us(ours).padEnd(15)} ${us(hand).padEnd(12)} ${ratio.toFixed(2)}`,
  );
}
