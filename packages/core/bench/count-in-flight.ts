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

const OVER = ['ready', 'ready', 'ready', 'failed', 'wiped', 'phase1-watching', 'adopted', 'wiping'];

/** As a store lists them: most are over, some adopted, one in a hundred in flight. */
function records(length: number): Deployment[] {
  return Array.from({ length }, (_, n) => ({
    id: ((n * 0x9e3779b1) >>> 0).toString(16).padStart(16, '0'),
    status: n % 100 === 0 ? 'tofu-applying' : (OVER[n % OVER.length] ?? ''),
    ...(n % 3 === 0 && { adoptedAt: '2026-05-16T08:00:00Z' }),
  }));
}

/** Statuses as an enum or a database driver gives them, the same few strings; and as a file does, each one its own. */
const SOURCES: Readonly<Record<string, (length: number) => Deployment[]>> = {
  shared: records,
  parsed: (length) =>
    records(length).map((record) => ({
      ...record,
      status: JSON.parse(JSON.stringify(record.status)) as string,
    })),
};

/** The fastest of many: what else the machine does can only make it slower. */
async function bestNs(work: () => unknown): Promise<number> {
  const { min } = await measure(
    () => {
      do_not_optimize(work());
    },
    { min_cpu_time: 150e6 },
  );
  return min;
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

console.log('statuses      records   countInFlight   by hand      ratio (goal: at most 1.10)');
for (const [source, recordsOf] of Object.entries(SOURCES)) {
  for (const length of [100, 10_000, 100_000]) {
    const deployments = recordsOf(length);
    const ours: number[] = [];
    const hand: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(await bestNs(() => countInFlight(deployments)));
      hand.push(await bestNs(() => byHand(deployments)));
    }
    const ratio = median(ours.map((ns, round) => ns / (hand[round] ?? NaN)));
    const us = (values: number[]) => `${(median(values) / 1000).toFixed(1)} µs`;
    console.log(
      `${source.padEnd(13)} ${String(length).padEnd(9)} ${us(ours).padEnd(15)} ${us(hand).padEnd(12)} ${ratio.toFixed(2)}`,
    );
  }
}
