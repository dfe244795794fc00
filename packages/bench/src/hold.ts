import {
  CORDON_PATH,
  createCordon,
  createInFlightIndex,
  IN_FLIGHT_COUNT_PATH,
  whenQuiet,
} from '@quietgate/core';
import { deployCordon, inFlightCount } from '@quietgate/http-adapters/node';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { median, quantile } from './measure/statistics.ts';
import { type Section, showNumber } from './report/section.ts';

const ROUNDS = 100;
const ROUND_TRIPS = 200;
const TOKEN = 'token-of-the-benchmark';

/** How long the last run goes on once everybody waits for it. */
const RUN_MS = 50;

interface Held {
  readonly startMs: number;
  readonly releaseMs: number;
  /** Requests one after the other, by the server that got most of them. */
  readonly startTrips: number;
  readonly releaseTrips: number;
}

/** How long it takes from the last run's end to the rollout, and from the rollout's end to the end of the leases. */
export async function hold(): Promise<Section> {
  const trips = await measureRoundTrips();
  const ways = [];
  for (const servers of [1, 2, 5]) {
    const rounds: Held[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await holdOnce(servers));
    ways.push({
      servers,
      startMs: rounds.map((each) => each.startMs),
      releaseMs: rounds.map((each) => each.releaseMs),
      startTrips: Math.max(...rounds.map((each) => each.startTrips)),
      releaseTrips: Math.max(...rounds.map((each) => each.releaseTrips)),
    });
  }
  return {
    title: 'Hold while it rolls',
    text: `\`whenQuiet\` over servers on loopback, in one process with them: from the end of the last run to the start of the rollout, and
from the rollout's end to the end of the last lease, ${ROUNDS} rounds each. A request is counted when the server gets it after that event: of the
server that gets most. The long poll that reports the zero came before. By itself a request for the count takes ${showNumber(trips.countMs)} ms, and a renewal,
for which the token is hashed, ${showNumber(trips.renewalMs)} ms.`,
    charts: [],
    tables: [
      {
        columns: [
          'servers',
          'quiet to rollout, median, ms',
          '90th percentile',
          'requests',
          'rollout to release, median, ms',
          '90th percentile ',
          'requests ',
        ],
        rows: ways.map(({ servers, startMs, startTrips, releaseMs, releaseTrips }) => [
          String(servers),
          showNumber(median(startMs)),
          showNumber(quantile(startMs, 0.9)),
          String(startTrips),
          showNumber(median(releaseMs)),
          showNumber(quantile(releaseMs, 0.9)),
          String(releaseTrips),
        ]),
      },
    ],
    goals: [
      {
        what: 'requests to one server from the end of the last run to the rollout',
        found: Math.max(...ways.map(({ startTrips }) => startTrips)),
        atMost: 2,
        why: 'the renewal after the zero, and the proof of all at the same time.',
      },
      {
        what: 'requests to one server from the end of the rollout to the end of its lease',
        found: Math.max(...ways.map(({ releaseTrips }) => releaseTrips)),
        atMost: 1,
        why: 'all leases are released at the same time.',
      },
    ],
  };
}

/** One hold over so many servers, of which one has a run in progress. */
async function holdOnce(count: number): Promise<Held> {
  const servers = await Promise.all(Array.from({ length: count }, serve));
  const [busy] = servers;
  if (busy === undefined) throw new Error('there is no server');
  busy.index.set({ id: 't13', status: 'tofu-applying' });
  let rolledAt = NaN;
  const gates = servers.map(({ url }) => ({ url, cordon: { token: TOKEN } }));
  const rolling = whenQuiet(gates, async ({ results }) => {
    const startedAt = performance.now();
    if (results.some(({ outcome }) => outcome !== 'quiet')) throw new Error('a gate did not end quiet');
    await delay(1);
    rolledAt = performance.now();
    return startedAt;
  });
  await busy.held;
  await delay(RUN_MS);
  const quietAt = performance.now();
  busy.index.delete('t13');
  const startedAt = await rolling;
  const releasedAt = Math.max(...servers.map(({ releasedAt }) => releasedAt()));
  const tripsBetween = (from: number, to: number) =>
    Math.max(...servers.map(({ askedAt }) => askedAt.filter((at) => at > from && at <= to).length));
  for (const { close } of servers) close();
  return {
    startMs: startedAt - quietAt,
    releaseMs: releasedAt - rolledAt,
    startTrips: tripsBetween(quietAt, startedAt),
    releaseTrips: tripsBetween(rolledAt, Infinity),
  };
}

async function serve() {
  const index = createInFlightIndex();
  const cordon = createCordon();
  let releasedAt = NaN;
  const onEvent = ({ type }: { type: string }) => {
    if (type === 'lifted') releasedAt = performance.now();
  };
  const leases = deployCordon({ cordon, authorize: TOKEN, onEvent });
  const counts = inFlightCount({ listDeployments: () => index, subscribe: index.subscribe });
  let onHeld!: () => void;
  const held = new Promise<void>((resolve) => {
    onHeld = resolve;
  });
  const askedAt: number[] = [];
  const server = createServer((request, response) => {
    askedAt.push(performance.now());
    const wait = /wait=(\d+)/.exec(String(request.headers['prefer']))?.[1];
    if (Number(wait) > 0) onHeld();
    leases(request, response, () => {
      counts(request, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    index,
    askedAt,
    /** Resolves once a request is held until the run ends. */
    held,
    releasedAt: () => releasedAt,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The medians of many requests over one connection that is kept. */
async function measureRoundTrips() {
  const { url, close } = await serve();
  const measure = async (path: string, init?: RequestInit) => {
    const tookMs: number[] = [];
    for (let round = 0; round < ROUND_TRIPS; round++) {
      const startedAt = performance.now();
      await (await fetch(url + path, init)).text();
      tookMs.push(performance.now() - startedAt);
    }
    return median(tookMs.slice(ROUND_TRIPS / 2));
  };
  const countMs = await measure(IN_FLIGHT_COUNT_PATH);
  const renewalMs = await measure(`${CORDON_PATH}?holder=benchmark&seconds=60`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  close();
  return { countMs, renewalMs };
}
