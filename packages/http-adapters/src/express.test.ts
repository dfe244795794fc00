import express, { Router } from 'express';
import express4, { Router as Router4 } from 'express4';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IN_FLIGHT_COUNT_PATH as PATH } from '@quietgate/core';
import { describe, expect, test } from 'vitest';
import { describeAdapter, describeCordon, describeRuns } from '../contract/adapter-contract.ts';
import { routing } from '../contract/routing.ts';
import { BEGIN_PATHS } from '../contract/runs.ts';
import { runsHosts } from '../contract/runs-hosts.ts';
import { deployCordon, inFlightCount, serveRuns } from './express.ts';

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

/** A router that takes neither another case nor a slash at the end for the same path. */
const EXACT = { caseSensitive: true, strict: true };

describe.each([
  ['Express 5', express, Router],
  ['Express 4', express4 as unknown as typeof express, Router4 as unknown as typeof Router],
] as const)('%s', (name, createApp, createRouter) => {
  describeAdapter(
    {
      name: `${name}, mounted under its own path`,
      createServer: ({ path = PATH, ...options }) =>
        createServer(createApp().use(String(path), inFlightCount({ ...options, path }))),
    },
    routing,
  );

  describeAdapter(
    {
      name: `${name}, mounted under its own path on a router below a prefix`,
      prefix: '/ops',
      createServer: ({ path = PATH, ...options }) =>
        createServer(
          createApp().use('/ops', createRouter().use(String(path), inFlightCount({ ...options, path }))),
        ),
    },
    routing,
  );

  describeAdapter(
    {
      name: `${name}, on a route below a prefix`,
      prefix: '/ops',
      createServer: ({ path = PATH, ...options }) =>
        createServer(createApp().all(`/ops${String(path)}`, inFlightCount({ ...options, path }))),
    },
    routing,
  );

  describeAdapter(
    {
      name: `${name}, below a prefix that is part of its path`,
      createServer: (options) =>
        createServer(createApp().use(/^\/api|^(?=\/in-flight)/, inFlightCount(options))),
    },
    routing,
  );

  describeAdapter(
    {
      name: `${name}, behind a route that has matched already`,
      prefix: '/ops',
      createServer: ({ path = PATH, ...options }) =>
        createServer(
          createApp().use(
            createRouter(EXACT).all(`/ops${String(path)}`, inFlightCount({ ...options, path: false })),
          ),
        ),
    },
    routing,
  );
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

test.each([
  ['Express 5', express],
  ['Express 4', express4 as unknown as typeof express],
])('%s asks for no login where the endpoint comes before it', async (_, createApp) => {
  const app = createApp()
    .use(inFlightCount(options))
    .use((__, response) => void response.sendStatus(401));
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const statusOf = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    expect([await statusOf(PATH), await statusOf('/theirs')]).toEqual([200, 401]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

function answerTheirs(_: unknown, response: { json: (body: object) => unknown }) {
  response.json({ theirs: true });
}

describeCordon({
  name: 'Express 5',
  createServer: (options) => createServer(express().use(deployCordon(options))),
});

describeCordon({
  name: 'Express 4, on a router below a mount path',
  prefix: '/ops',
  createServer: (options) => createServer(express4().use('/ops', Router4().use(deployCordon(options)))),
});

describe.each([
  ['Express 5', express],
  ['Express 4', express4 as unknown as typeof express],
] as const)('%s', (name, createApp) => {
  describeRuns({
    name,
    createServer(options) {
      const app = createApp().use(serveRuns(options));
      app.all(BEGIN_PATHS.begin, (_, response) => {
        void options.runs.begin('begun');
        response.sendStatus(204);
      });
      app.all(BEGIN_PATHS.during, (_, response, next) => {
        options.runs
          .during('during', () => undefined)
          .then(() => response.sendStatus(204))
          .catch(next); // Express 4 hears of no promise
      });
      return createServer(app);
    },
  });
});

describeRuns(runsHosts.express5);
describeRuns(runsHosts.express4);
