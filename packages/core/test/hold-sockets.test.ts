import { createCordon, type GateEvent, whenQuiet } from '@quietgate/core';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { TOKEN } from './cordoned-endpoint.ts';

/** A server with a count and a cordon in its memory, on a port of its own or on a given one. */
async function serve(port = 0) {
  const cordon = createCordon();
  const requests: string[] = [];
  let count = 0;
  const server: Server = createServer((request, response) => {
    const { method = '', url = '' } = request;
    const { pathname, searchParams } = new URL(url, 'http://server');
    const holder = String(searchParams.get('holder'));
    requests.push(`${method} ${pathname.split('/').at(-1) ?? ''}`);
    const answer = () => {
      if (method === 'GET')
        return { count, ids: Array.from({ length: count }, (_, index) => `run-${index}`) };
      if (method === 'DELETE') {
        cordon.lift(holder);
        return {};
      }
      const renews = searchParams.get('lease') ?? undefined;
      const { id, leaseMs } = cordon.raise(holder, Number(searchParams.get('seconds')) * 1000, renews);
      return { seconds: leaseMs / 1000, lease: id };
    };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer()));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(close);
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    cordon,
    requests,
    setCount: (value: number) => {
      count = value;
    },
    close,
  };
}

const cordon = { token: TOKEN, holder: 'deploy-42' };

it('holds the cordons of two servers while it rolls, and releases both', async () => {
  const servers = await Promise.all([serve(), serve()]);
  const [busy] = servers;
  busy.setCount(1);
  const gates = servers.map(({ url }) => ({
    url,
    cordon,
    intervalMs: 20,
    onEvent: ({ type }: GateEvent) => {
      if (type === 'waiting') busy.setCount(0);
    },
  }));
  const whileRolling = await whenQuiet(gates, ({ results }) => ({
    outcomes: results.map(({ outcome }) => outcome),
    isUp: servers.map((server) => server.cordon.isUp()),
  }));
  expect(whileRolling).toEqual({ outcomes: ['quiet', 'quiet'], isUp: [true, true] });
  expect(servers.map((server) => server.cordon.isUp())).toEqual([false, false]);
  expect(servers.map(({ requests }) => requests.at(-1))).toEqual(['DELETE cordon', 'DELETE cordon']);
});

it('raises the cordon anew on a server that the rollout restarts, and releases it there', async () => {
  const before = await serve();
  const events: string[] = [];
  let onRaised!: () => void;
  const raised = new Promise<void>((resolve) => {
    onRaised = resolve;
  });
  const after = await whenQuiet(
    {
      url: before.url,
      cordon,
      intervalMs: 20,
      onEvent: ({ type }) => {
        events.push(type);
        if (events.filter((each) => each === 'cordoned').length === 2) onRaised();
      },
    },
    async () => {
      before.close();
      const restarted = await serve(before.port);
      await raised;
      expect(restarted.cordon.isUp()).toBe(true);
      return restarted;
    },
  );
  expect(after.cordon.isUp()).toBe(false);
  expect(events.filter((type) => type !== 'retrying')).toEqual([
    'cordoned',
    'uncordoned',
    'cordoned',
    'lifted',
  ]);
});

it('releases what it has when it is called off', async () => {
  const server = await serve();
  server.setCount(1);
  const controller = new AbortController();
  const reason = new Error('called off');
  const holding = whenQuiet(
    {
      url: server.url,
      cordon,
      signal: controller.signal,
      onEvent: ({ type }) => {
        if (type === 'waiting') controller.abort(reason);
      },
    },
    () => 'rolled',
  );
  await expect(holding).rejects.toBe(reason);
  expect(server.cordon.isUp()).toBe(false);
});
