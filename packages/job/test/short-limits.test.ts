import { createInFlightIndex, waitForQuiet, type WaitForQuietOptions } from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
import { inFlightCount } from '@quietgate/http-adapters/node';
import { listen } from '@quietgate/testkit/endpoint';
import { type Cut, impatientProxy } from '@quietgate/testkit/impatient-proxy';
import { nginx, noNginx } from '@quietgate/testkit/nginx';
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createNetwork } from '../src/network/create-network.ts';

type Fetch = NonNullable<WaitForQuietOptions['fetch']>;

const FETCHES: readonly [whose: string, fetch: Fetch][] = [
  ['the command line', createNetwork({}).fetch],
  ['Node’s fetch', fetch],
];

/** A server with one run in flight, which notes the preference of each request, and when it holds one. */
async function serverWithRun(onHold: () => void = () => undefined) {
  const index = createInFlightIndex();
  index.set({ id: 'run', status: 'tofu-applying' });
  const prefers: (string | string[] | undefined)[] = [];
  const answer = inFlightCount({
    listDeployments: () => index,
    subscribe(onChange) {
      setImmediate(onHold);
      return index.subscribe(onChange);
    },
  });
  const server = createServer((request, response) => {
    prefers.push(request.headers['prefer']);
    answer(request, response);
  });
  return { index, prefers, port: await listen(server) };
}

/**
 * Waits for quiet, with pauses that take no time while requests take what they take. The run ends after the fourth count;
 * what was in flight at the end is reported beside the result.
 */
async function gateAt(
  url: string,
  { index }: Awaited<ReturnType<typeof serverWithRun>>,
  ask: Fetch,
  retries?: number,
) {
  const clock = createVirtualClock({ graceMs: 1 }); // requests hold it
  let counts = 0;
  const result = await waitForQuiet({
    url,
    clock,
    retries,
    fetch: (input, init) => clock.hold(ask(input, init)),
    onEvent({ type }) {
      if (type === 'waiting' && ++counts === 4) index.delete('run');
    },
  });
  return { ...result, inFlight: index.size };
}

const answered =
  (status: number, headers: Record<string, string> = {}, body = '<html>Gateway Time-out</html>'): Cut =>
  (response) =>
    response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body);

const CUTS: readonly [what: string, cut: Cut][] = [
  ['answers 504', answered(504)],
  ['answers 504 and closes the connection', answered(504, { connection: 'close' })],
  ['answers 502', answered(502)],
  ['answers 503 with Retry-After', answered(503, { 'retry-after': '1' })],
  ['answers 408', answered(408, { connection: 'close' })],
  ['answers 524', answered(524)],
  ['answers 404', answered(404)],
  ['answers 200 with a page', answered(200)],
  ['answers 200 with nothing', answered(200, {}, '')],
  ['answers 204', answered(204, {}, '')],
  ['closes the connection', ({ socket }) => socket?.end()],
  ['resets the connection', ({ socket }) => socket?.resetAndDestroy()],
  ['breaks off in the headers', ({ socket }) => socket?.end('HTTP/1.1 200 OK\r\nContent-Length: 2')],
  [
    'breaks off in the body',
    ({ socket }) => socket?.end('HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"count":0'),
  ],
];

describe.each(FETCHES)('behind a proxy that bears no long requests, %s', (_, ask) => {
  it.each(CUTS)('opens once it is quiet, and not before, where it %s', async (_, cut) => {
    const server = await serverWithRun(() => {
      proxy.giveUp();
    });
    const proxy = await impatientProxy(server.port, cut);
    const ended = await gateAt(proxy.url, server, ask, 0);
    expect(ended).toMatchObject({ outcome: 'quiet', polls: 5, inFlight: 0 });
    expect(server.prefers).toEqual(['wait=0', 'wait=20', ...Array<undefined>(4)]);
  });

  it.skipIf(noNginx !== undefined)(
    `opens once it is quiet, and not before, where it is nginx with a limit of a second${noNginx ? ` (${noNginx})` : ''}`,
    async () => {
      const server = await serverWithRun();
      const url = await nginx(server.port, 'proxy_read_timeout 1s;');
      expect(await gateAt(url, server, ask)).toMatchObject({ outcome: 'quiet', polls: 5, inFlight: 0 });
      // A machine that stands still for a second makes nginx cut others, too: they are retried.
      expect(server.prefers.filter((prefer) => prefer === 'wait=20')).toHaveLength(1);
      expect(server.prefers.slice(server.prefers.indexOf('wait=20') + 1)).not.toContain('wait=0');
    },
  );
});
