/*
 * Ten thousand polls of one gate against a real server that is mostly busy, now and then unavailable and now and then
 * silent: `pnpm test:endurance`. Memory, handles and listeners must be at the end what they were at the start.
 */
import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, type GateEvent, systemClock, waitForQuiet } from '@quietgate/core';
import { countArgument } from './arguments.ts';
import { atMost, exactly, memoryMib, report } from './report.ts';

const POLLS = countArgument('pnpm test:endurance [polls, at least 1000, 10000]', 10_000, 1000);
const SAMPLE_EVERY = Math.floor(POLLS / 20);

/** Real timers, on which a second of the gate's takes a millisecond: a retry's pause is a second at least. */
const SPEED = 1000;
const clock: Clock = {
  now: () => systemClock.now() * SPEED,
  sleep: (ms, signal) => systemClock.sleep(ms / SPEED, signal),
};

const warnings: string[] = [];
process.on('warning', ({ name, message }) => warnings.push(`${name}: ${message}`));

let answered = 0;
let requests = 0;
let connections = 0;
const server = createServer((_request, response) => {
  requests++;
  if (requests % 500 === 0) return; // silence: the gate gives up, and asks again
  if (requests % 7 === 0) {
    response.writeHead(503, { 'Retry-After': '0' }).end('busy');
    return;
  }
  answered++;
  const count = answered < POLLS ? 2 : 0;
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ count, ids: count === 0 ? [] : ['0f3a9c51d2e84b67', '9b1c44d07ae2f530'] }));
});
server.on('connection', () => connections++);
server.listen(0, '127.0.0.1');
await once(server, 'listening');

const caller = new AbortController();
const listeners = () => getEventListeners(caller.signal, 'abort').length;
const handles = () => process.getActiveResourcesInfo().length;
const samples: { memory: number; handles: number; listeners: number }[] = [];
const sample = ({ type, poll }: GateEvent) => {
  if (type !== 'waiting' || poll % SAMPLE_EVERY !== 0) return;
  samples.push({ memory: memoryMib(), handles: handles(), listeners: listeners() });
};

const handlesBefore = handles();
const startedAt = performance.now();
const result = await waitForQuiet({
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  clock,
  intervalMs: 1 * SPEED,
  requestTimeoutMs: 250 * SPEED,
  retries: 100,
  maxWaitMs: 15 * 60_000 * SPEED,
  signal: caller.signal,
  onEvent: sample,
});
const seconds = (performance.now() - startedAt) / 1000;

// The first samples are of a machine that is still warming up.
const settled = samples.slice(3);
const [first = 0] = settled.map(({ memory }) => memory);
const growth = Math.max(...settled.slice(-3).map(({ memory }) => memory)) - first;
server.closeIdleConnections();
await delay(100);

report(
  `Endurance: ${result.polls.toLocaleString('en')} polls, ${requests.toLocaleString('en')} requests, ${seconds.toFixed(1)} s`,
  [
    { what: 'outcome', found: result.outcome, promised: 'quiet', holds: result.outcome === 'quiet' },
    exactly('polls', result.polls, POLLS),
    atMost('memory grown', growth, 1.5, ' MiB'),
    atMost('most handles during', Math.max(...samples.map((each) => each.handles)), handlesBefore + 6),
    exactly('handles more than before', Math.max(0, handles() - handlesBefore), 0),
    atMost("most listeners on the caller's signal", Math.max(...samples.map((each) => each.listeners)), 1),
    exactly("listeners left on the caller's signal", listeners(), 0),
    atMost('connections made', connections, requests / 250 + 10),
    { what: 'warnings', found: warnings[0] ?? 'none', promised: 'none', holds: warnings.length === 0 },
  ],
);
server.close();
server.closeAllConnections();
