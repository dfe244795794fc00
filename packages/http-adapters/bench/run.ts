import { IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import autocannon from 'autocannon';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { CONTENDERS } from './servers.ts';

const CONNECTIONS = 50;
const ROUND_S = 1;

const COMPARISONS = [
  // One round may be off by a third: the closer the goal, the more of them it takes.
  {
    title: '100 records, against a constant string',
    ours: 'adapter',
    rival: 'constant',
    records: 100,
    goal: 0.9,
    rounds: 21,
  },
  ...[100, 1_000_000].map((records) => ({
    title: `an index of ${records.toLocaleString('en')} records, against a constant string`,
    ours: 'index',
    rival: 'constant',
    records,
    goal: 0.9,
    rounds: 11,
  })),
  {
    title: '100,000 records, against a filter on each request',
    ours: 'adapter',
    rival: 'filter',
    records: 100_000,
    goal: 8,
    rounds: 5,
  },
];

console.log(
  `Requests per second over ${CONNECTIONS} connections: medians of rounds of ${ROUND_S} s, taking turns\n`,
);
const names = Object.keys(CONTENDERS);
let missed = 0;
for (const { title, ours: kind, rival, records, goal, rounds } of COMPARISONS) {
  console.log(`${title} (${rounds} rounds; goal: at least ${goal} times as many)`);
  for (const name of names) {
    const rates = await compare([name, kind, records], [name, rival, records], rounds);
    const [ours, theirs] = [median(rates.map(({ ours }) => ours)), median(rates.map(({ theirs }) => theirs))];
    const ratio = median(rates.map(({ ours, theirs }) => ours / theirs));
    if (ratio < goal) missed++;
    console.log(
      `  ${name.padEnd(8)} adapter ${rate(ours)}   by hand ${rate(theirs)}   ratio ${ratio.toFixed(2).padStart(6)}` +
        (ratio < goal ? '   goal missed' : ''),
    );
  }
  console.log();
}
const goals = COMPARISONS.length * names.length;
console.log(missed === 0 ? 'Every goal is met.' : `${missed} of ${goals} goals missed.`);
process.exitCode = missed === 0 ? 0 : 1;

type ServerArguments = readonly (string | number)[];

/** The rates of two servers that take turns, after a warm-up: what disturbs a round disturbs both. */
async function compare(ours: ServerArguments, theirs: ServerArguments, rounds: number) {
  const [our, their] = await Promise.all([start(ours), start(theirs)]);
  await measure(our.url);
  await measure(their.url);
  const rates: { readonly ours: number; readonly theirs: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    rates.push({ ours: await measure(our.url), theirs: await measure(their.url) });
  }
  our.child.disconnect();
  their.child.disconnect();
  return rates;
}

async function start(args: ServerArguments): Promise<{ url: string; child: ChildProcess }> {
  const child = fork(new URL('server.ts', import.meta.url), args.map(String));
  const died = once(child, 'exit').then(() => {
    throw new Error(`the server ${args.join(' ')} did not start`);
  });
  const [port] = (await Promise.race([once(child, 'message'), died])) as [number];
  died.catch(() => undefined);
  return { url: `http://127.0.0.1:${port}${IN_FLIGHT_COUNT_PATH}`, child };
}

async function measure(url: string): Promise<number> {
  const result = await autocannon({ url, connections: CONNECTIONS, duration: ROUND_S });
  if (result.errors + result.non2xx > 0)
    throw new Error(`${url}: ${result.errors} errors, ${result.non2xx} refusals`);
  return result['2xx'] / result.duration;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function rate(perSecond: number): string {
  return Math.round(perSecond).toLocaleString('en').padStart(7);
}
