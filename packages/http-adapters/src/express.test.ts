import express, { Router } from 'express';
import express4, { Router as Router4 } from 'express4';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { describeAdapter } from '../contract/adapter-contract.ts';
import { inFlightCount } from './express.ts';

describeAdapter({
  name: 'Express 5',
  createServer: (options) => createServer(express().use(inFlightCount(options))),
});

describeAdapter({
  name: 'Express 5, on a router below a mount path',
  prefix: '/ops',
  createServer: (options) => createServer(express().use('/ops', Router().use(inFlightCount(options)))),
});

describeAdapter({
  name: 'Express 4',
  createServer: (options) => createServer(express4().use(inFlightCount(options))),
});

describeAdapter({
  name: 'Express 4, on a router below a mount path',
  prefix: '/ops',
  createServer: (options) => createServer(express4().use('/ops', Router4().use(inFlightCount(options)))),
});

const options = { listDeployments: () => [] };

test.each([
  ['Express 5', () => express().use(inFlightCount(options)).get('/theirs', answerTheirs)],
  ['Express 4', () => express4().use(inFlightCount(options)).get('/theirs', answerTheirs)],
])('%s keeps its own ways on its other routes', async (_, createApp) => {
  const server = createServer(createApp()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/theirs`);
    expect(await response.json()).toEqual({ theirs: true });
    expect(response.headers.get('etag')).not.toBeNull();
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

function answerTheirs(_: unknown, response: { json: (body: object) => unknown }) {
  response.json({ theirs: true });
}
