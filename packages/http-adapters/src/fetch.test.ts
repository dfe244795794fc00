import { createAdaptorServer } from '@hono/node-server';
import { IN_FLIGHT_COUNT_PATH as PATH } from '@quietgate/core';
import { Hono } from 'hono';
import { describeAdapter } from '../contract/adapter-contract.ts';
import { inFlightCount } from './fetch.ts';

describeAdapter({
  name: 'fetch, in Hono',
  createServer(options) {
    const app = new Hono();
    const answer = inFlightCount(options);
    app.all(options.path ?? PATH, (context) => answer(context.req.raw));
    return createAdaptorServer(app);
  },
});

describeAdapter({
  name: "fetch, by itself under Hono's Node server",
  createServer: (options) => createAdaptorServer({ fetch: inFlightCount(options) }),
});
