import { createInFlightIndex } from '@quietgate/core';
import { inFlightCount } from '@quietgate/http-adapters/node';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// A server in a process of its own that holds long polls until it is sent `quiet`: `hold.ts`. It sends its port, then on
// each message what it has used so far, and ends with its parent.

/** What the process has done. */
export interface HoldUsage {
  readonly cpuUs: number;
  /** How many requests have come in. */
  readonly requests: number;
  /** What JavaScript keeps, garbage taken out, which takes its time: only when `bytes` is asked for. */
  readonly bytes: number;
}

const index = createInFlightIndex();
index.set({ id: 'the-only-run', status: 'tofu-applying' });
const endpoint = inFlightCount({
  listDeployments: () => index,
  subscribe: index.subscribe,
  maxHeld: 100_000,
});
let requests = 0;
const server = createServer((request, response) => {
  requests++;
  endpoint(request, response);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.on('disconnect', () => process.exit());
process.on('message', (message) => {
  if (message === 'quiet') {
    index.delete('the-only-run');
    return;
  }
  if (message === 'bytes') globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuUs: user + system, requests, bytes: heapUsed + external } satisfies HoldUsage);
});
process.send?.((server.address() as AddressInfo).port);
