/*
 * The endpoint under 300 connections for a quarter of a minute: a hundred long polls, and others that leave in the
 * middle or hardly read. `pnpm test:load`.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import { inFlightCount } from '@quietgate/http-adapters/node';
import { CONNECTIONS, type LoadResult } from './load-clients.ts';
import { countArgument } from './arguments.ts';
import { atMost, exactly, memoryMib, report } from './report.ts';

const SECONDS = countArgument('pnpm test:load [seconds, 15]', 15);

/** Less would prove nothing. */
const ENOUGH = 100 * SECONDS;

/** Of 3,000 deployments every second one is in flight. */
const deployments = Array.from({ length: 3000 }, (_, n) => ({
  id: n.toString(16).padStart(16, '0'),
  status: n % 2 === 0 ? 'tofu-applying' : 'ready',
}));

const errors: unknown[] = [];
process.on('uncaughtException', (error) => errors.push(error));
process.on('unhandledRejection', (error) => errors.push(error));
process.on('warning', (warning) => errors.push(warning));

let listings = 0;
let running = 0;
let mostRunning = 0;
const endpoint = inFlightCount({
  listDeployments: async () => {
    listings++;
    running++;
    mostRunning = Math.max(mostRunning, running);
    await delay(5); // a store that takes its time
    running--;
    return deployments;
  },
  onError: (error) => errors.push(error),
});

const connections = new Set<Socket>();
let mostConnections = 0;
let requests = 0;
const server = createServer((request, response) => {
  requests++;
  endpoint(request, response);
});
server.on('connection', (socket) => {
  connections.add(socket);
  mostConnections = Math.max(mostConnections, connections.size);
  socket.on('close', () => connections.delete(socket));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');

const memory: number[] = [];
const sampling = setInterval(() => memory.push(memoryMib()), (SECONDS * 1000) / 30);
const { port } = server.address() as AddressInfo;
const clients = await promisify(execFile)(process.execPath, [
  ...process.execArgv,
  fileURLToPath(new URL('load-clients.ts', import.meta.url)),
  `http://127.0.0.1:${port}${IN_FLIGHT_COUNT_PATH}`,
  String(SECONDS),
]);
clearInterval(sampling);
const seen = JSON.parse(clients.stdout) as LoadResult;

for (let turn = 0; turn < 100 && connections.size > 0; turn++) await delay(50);

// How much is under way at the moment of a sample differs; its level must not rise.
const half = Math.floor(memory.length / 2);
const middle = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
const growth = middle(memory.slice(half)) - middle(memory.slice(half / 2, half));

const perSecond = (number: number) => Math.round(number / SECONDS).toLocaleString('en');
report(
  `Load: ${SECONDS} s, ${perSecond(requests)} requests a second, ${perSecond(listings)} listings a second`,
  [
    {
      what: 'most connections at once',
      found: String(mostConnections),
      promised: `${CONNECTIONS} wanted`,
      holds: mostConnections >= CONNECTIONS * 0.9,
    },
    {
      what: 'whole answers',
      found: seen.answers.toLocaleString('en'),
      promised: `at least ${ENOUGH.toLocaleString('en')}`,
      holds: seen.answers >= ENOUGH,
    },
    {
      what: 'clients that left early',
      found: seen.leftEarly.toLocaleString('en'),
      promised: `at least ${ENOUGH.toLocaleString('en')}`,
      holds: seen.leftEarly >= ENOUGH,
    },
    {
      what: 'bytes that slow readers read',
      found: seen.slowBytes.toLocaleString('en'),
      promised: `at least ${ENOUGH.toLocaleString('en')}`,
      holds: seen.slowBytes >= ENOUGH,
    },
    {
      what: 'long polls that were answered',
      found: seen.longPolls.toLocaleString('en'),
      promised: `at least ${(10 * SECONDS).toLocaleString('en')}`,
      holds: seen.longPolls >= 10 * SECONDS,
    },
    {
      what: 'long polls whose client left',
      found: seen.longPollsLeft.toLocaleString('en'),
      promised: `at least ${(10 * SECONDS).toLocaleString('en')}`,
      holds: seen.longPollsLeft >= 10 * SECONDS,
    },
    {
      what: 'answers that were wrong or missing',
      found: seen.errors[0] ?? 'none',
      promised: 'none',
      holds: seen.errors.length === 0,
    },
    {
      what: 'errors in the server',
      found: errors.length === 0 ? 'none' : String(errors[0]),
      promised: 'none',
      holds: errors.length === 0,
    },
    exactly('most listings at a time', mostRunning, 1),
    atMost('memory grown', growth, 8, ' MiB'),
    exactly('connections left', connections.size, 0),
  ],
);
server.close();
server.closeAllConnections();
