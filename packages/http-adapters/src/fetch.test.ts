import { createAdaptorServer } from '@hono/node-server';
import { IN_FLIGHT_COUNT_PATH as PATH } from '@quietgate/core';
import { Hono } from 'hono';
import { describeAdapter } from '../contract/adapter-contract.ts';
import { routing } from '../contract/routing.ts';
import { inFlightCount } from './fetch.ts';

describeAdapter({
  name: 'fetch, in Hono',
  createServer: ({ path = PATH, ...options }) => {
    const answer = inFlightCount({ ...options, path });
    return createAdaptorServer(new Hono().all(String(path), (context) => answer(context.req.raw)));
  },
});

describeAdapter({
  name: "fetch, by itself under Hono's Node server",
  createServer: (options) => createAdaptorServer({ fetch: inFlightCount(options) }),
});

describeAdapter(
  {
    name: 'fetch, below a base path of Hono that has matched already',
    prefix: '/ops',
    createServer({ path = PATH, ...options }) {
      const answer = inFlightCount({ ...options, path: false });
      const app = new Hono().basePath('/ops').all(String(path), (context) => answer(context.req.raw));
      return createAdaptorServer(app);
    },
  },
  routing,
);
