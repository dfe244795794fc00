/*
 * How long after the last run's end the light turns green: many gates, each with a server of its own on loopback, whose
 * run ends at a random time. All of them wait at the same time, for less than a minute. `pnpm bench:green`.
 */
import { createInFlightIndex, type Deployment, waitForQuiet } from '@quietgate/core';
import { type InFlightCountOptions, inFlightCount } from '@quietgate/http-adapters/node';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const RUNS = 100;
/** The gate's default; a run ends within one, so that each time between two polls is as likely as any other. */
const INTERVAL_MS = 20_000;
/** The gates begin over this time, or their polls would be in step. */
const BEGIN_OVER_MS = 10_000;
const GOAL_MS = 20;

/** A store in which one run is in flight until it ends. */
interface Store {
  readonly options: InFlightCountOptions<Deployment>;
  readonly end: () => void;
}

const RUN: Deployment = { id: 't13', status: 'tofu-applying' };

function listStore(): Store {
  const deployments = [RUN];
  return { options: { listDeployments: () => deployments }, end: () => deployments.pop() };
}

function indexStore(): Store {
  const index = createInFlightIndex();
  index.set(RUN);
  const end = () => {
    index.set({ ...RUN, status: 'ready' });
  };
  return { options: { listDeployments: () => index, subscribe: index.subscribe }, end };
}

const WAYS = [
  { name: 'polling', makeStore: listStore, longPoll: false },
  { name: 'long poll, listing again each second', makeStore: listStore, longPoll: true },
  { name: 'long poll, over an index', makeStore: indexStore, longPoll: true },
] as const;

console.log(
  `From quiet to the green light, on loopback: ${RUNS} runs a way, each with a gate and a server of its own\n`,
);
const times = await Promise.all(
  WAYS.map(({ makeStore, longPoll }) =>
    Promise.all(Array.from({ length: RUNS }, () => quietToGreen(makeStore(), longPoll))),
  ),
);
const [polling = NaN, , overIndex = NaN] = times.map((each) => quantile(each, 0.5));
for (const [way, { name }] of WAYS.entries()) {
  const [median, p90] = [quantile(times[way] ?? [], 0.5), quantile(times[way] ?? [], 0.9)];
  const ratio = Math.round(polling / median).toLocaleString('en');
  console.log(
    `  ${name.padEnd(37)} median ${ms(median)}   p90 ${ms(p90)}   ${ratio.padStart(6)} times as soon as polling`,
  );
}
const isMet = overIndex <= GOAL_MS;
console.log(`\nGoal: ${GOAL_MS} ms or less at the median over an index: ${isMet ? 'met' : 'missed'}.`);
process.exitCode = isMet ? 0 : 1;

/** Lets a gate wait for a run that ends at a random time. Returns how long after that it opened, in milliseconds. */
async function quietToGreen({ options, end }: Store, longPoll: boolean): Promise<number> {
  const server = createServer(inFlightCount(options)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await delay(Math.random() * BEGIN_OVER_MS);
  const gate = new EventEmitter();
  const counted = once(gate, 'waiting');
  const green = waitForQuiet({
    url: `http://127.0.0.1:${port}`,
    intervalMs: INTERVAL_MS,
    longPoll,
    onEvent: ({ type }) => gate.emit(type),
  });
  await counted;
  await delay(Math.random() * INTERVAL_MS);
  end();
  const quietAt = performance.now();
  const { outcome } = await green;
  const greenAt = performance.now();
  if (outcome !== 'quiet') throw new Error(`the gate opened: ${outcome}`);
  server.closeAllConnections();
  server.close();
  return greenAt - quietAt;
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? NaN;
}

function ms(value: number): string {
  return `${value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 })} ms`.padStart(9);
}
