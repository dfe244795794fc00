import { IN_FLIGHT_COUNT_PATH, QUIET_PATH, waitForQuiet } from '@quietgate/core';
import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { curlLoop, hasCurl, node, waitOn } from './measure/programs.ts';
import { runProgram } from './measure/run-program.ts';
import { median, quantile } from './measure/statistics.ts';
import { type Chart, type Section, showDuration, showNumber, showRange } from './report/section.ts';
import type { STORES } from './servers/one-run.ts';
import { startReplicas } from './servers/replicas.ts';
import { serveOneRun, type OneRun } from './servers/one-run.ts';

/** Gates and programs that wait at the same time, each with a server of its own. */
const GATES = 100;
const PROGRAMS = 10;
/** The gate's default; a run ends within one, at every time between two polls with the same likelihood. */
const INTERVAL_MS = 20_000;
/** They begin over this time, or their polls would be in step. */
const BEGIN_OVER_MS = 10_000;

const ROUND_TRIPS = 100;

/** One after the other, since both replicas count the same runs. */
const REPLICA_ROUNDS = 20;
const REPLICA_RUN_MS = 1000;

/** The ways that are not the gate's. */
const OTHERS: ReadonlySet<string> = new Set(['wait-on', 'curl and jq']);

interface Wait {
  readonly toGreenMs: number;
  readonly requests: number;
}

/** How long after the last run's end the light turns green. */
export async function quietToGreen(): Promise<Section> {
  const many = (count: number, wait: () => Promise<Wait>) =>
    Promise.all(Array.from({ length: count }, () => wait()));
  const gate = (store: keyof typeof STORES, longPoll: boolean) =>
    many(GATES, () => waitOnce(store, (run) => openGate(run, longPoll)));
  const program = (commandLine: (base: string) => string) =>
    many(PROGRAMS, () =>
      waitOnce('list', async ({ url }) => {
        await runProgram(commandLine(url));
      }),
    );

  const seconds = INTERVAL_MS / 1000;
  const roundTripMs = await measureRoundTrip();
  // By itself: it takes milliseconds, which whatever ran beside it would lengthen.
  const indexed = await gate('index', true);
  const ways = await Promise.all(
    Object.entries({
      'long poll, over an index': indexed,
      'long poll, listing again each second': gate('list', true),
      polling: gate('list', false),
      'long poll, across replicas by NOTIFY': acrossReplicas(),
      'wait-on': program(
        (url) => `${node} ${waitOn} --interval ${INTERVAL_MS} --delay 0 ${url}${QUIET_PATH}`,
      ),
      ...(hasCurl() && {
        'curl and jq': program((url) => curlLoop(`${url}${IN_FLIGHT_COUNT_PATH}`, seconds)),
      }),
    }).map(async ([name, waits]) => ({ name, waits: await waits })),
  );
  const rows = ways.map(({ name, waits }) => ({
    name,
    median: median(waits.map(({ toGreenMs }) => toGreenMs)),
    p90: quantile(
      waits.map(({ toGreenMs }) => toGreenMs),
      0.9,
    ),
    requests: waits.reduce((sum, { requests }) => sum + requests, 0) / waits.length,
  }));
  const [overIndex, relisting, polling] = rows;
  return {
    title: 'Quiet to green',
    result: `${quietToGreenChart(rows).title}.`,
    text: `From the end of the last run to the green light, on loopback, for runs that end at random times: ${GATES} waits of
the gate in each way, ${PROGRAMS} of each program, at the same time, and each against a server of its own; those over an index
before the others. Everybody asks once in ${seconds} s. A round trip takes ${showNumber(roundTripMs)} ms. Across replicas means \`examples/postgres\`: the run ends on one, the gate waits at the other (${REPLICA_ROUNDS} runs of
at most a second, one after the other; from the request that ends the run).
A wait takes ${showRange(rows.map(({ requests }) => requests))} requests, whatever the way.`,
    charts: [quietToGreenChart(rows)],
    tables: [
      {
        columns: ['', 'median, ms', '90th percentile, ms'],
        rows: rows.map(({ name, median, p90 }) => [name, showNumber(median), showNumber(p90)]),
      },
    ],
    goals: [
      {
        what: 'from quiet to green over an index, median',
        found: overIndex?.median ?? NaN,
        atMost: roundTripMs + 5,
        unit: ' ms',
        why: 'the answer is written at once; all these gates share the machine.',
      },
      {
        what: 'from quiet to green with relisting, 90th percentile',
        found: (relisting?.p90 ?? NaN) / 1000,
        atMost: 1,
        unit: ' s',
        why: 'a listing begins a second after the last one.',
      },
      ...[relisting, overIndex].map((way) => ({
        what: 'requests per wait, as a multiple of polling',
        of: way?.name ?? '',
        found: (way?.requests ?? NaN) / (polling?.requests ?? NaN),
        atMost: 1,
        why: 'a run that ends in the last second before an answer is due is seen by one more request.',
      })),
    ],
  };
}

/** How long the end of the last run goes unnoticed. */
function quietToGreenChart(rows: readonly { readonly name: string; readonly median: number }[]): Chart {
  const [overIndex = NaN, , polling = NaN] = rows.map(({ median }) => median);
  const times = showNumber(Number((polling / overIndex).toPrecision(2)));
  const each = `each ${INTERVAL_MS / 1000} s`;
  return {
    name: 'quiet-to-green',
    title: `A long poll turns green ${showDuration(overIndex)} after the last run, ${times} times sooner than polling`,
    axis: 'from the end of the last run to the green light, median',
    scale: 'log',
    best: 'shortest',
    bars: rows.map(({ name, median }) => ({
      group: '',
      label: name.startsWith('long poll') ? name : `${name}, ${each}`,
      value: median,
      isOurs: !OTHERS.has(name),
    })),
  };
}

/** The median of many requests, one after the other, each on a connection of its own. */
async function measureRoundTrip(): Promise<number> {
  const run = await serveOneRun('index');
  const tookMs: number[] = [];
  for (let round = 0; round < ROUND_TRIPS; round++) {
    const startedAt = performance.now();
    await (await fetch(`${run.url}${IN_FLIGHT_COUNT_PATH}`, { headers: { connection: 'close' } })).text();
    tookMs.push(performance.now() - startedAt);
  }
  run.close();
  return median(tookMs);
}

/** A run on one replica is ended there, while the gate waits at the other. */
async function acrossReplicas(): Promise<Wait[]> {
  const { urls, stop } = await startReplicas();
  const [first, second] = urls;
  const waits: Wait[] = [];
  for (let round = 0; round < REPLICA_ROUNDS; round++) {
    const run = await startRun(first);
    const asked = new EventEmitter();
    const green = waitForQuiet({
      url: second,
      intervalMs: INTERVAL_MS,
      onEvent: ({ type }) => asked.emit(type),
    });
    await once(asked, 'waiting');
    await delay(Math.random() * REPLICA_RUN_MS);
    const quietAt = performance.now();
    await fetch(run, { method: 'DELETE' });
    const { outcome, polls } = await green;
    if (outcome !== 'quiet') throw new Error(`the gate opened: ${outcome}`);
    waits.push({ toGreenMs: performance.now() - quietAt, requests: polls });
  }
  await stop();
  return waits;
}

async function startRun(base: string): Promise<string> {
  const response = await fetch(`${base}/api/v1/deployments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"name":"t13"}',
  });
  if (response.status !== 202) throw new Error(`the run did not start: ${response.status}`);
  return `${base}${response.headers.get('location') ?? ''}`;
}

/** Waits for a run that ends at a random time after it was first asked about. */
async function waitOnce(
  store: keyof typeof STORES,
  untilGreen: (run: OneRun) => Promise<void>,
): Promise<Wait> {
  const run = await serveOneRun(store);
  await delay(Math.random() * BEGIN_OVER_MS);
  const green = untilGreen(run);
  await run.firstRequest;
  await delay(Math.random() * INTERVAL_MS);
  run.end();
  const quietAt = performance.now();
  await green;
  const toGreenMs = performance.now() - quietAt;
  run.close();
  return { toGreenMs, requests: run.requests() };
}

async function openGate({ url }: OneRun, longPoll: boolean): Promise<void> {
  const { outcome } = await waitForQuiet({ url, intervalMs: INTERVAL_MS, longPoll });
  if (outcome !== 'quiet') throw new Error(`the gate opened: ${outcome}`);
}
