import { createAdaptorServer } from '@hono/node-server';
import { CORDON_PATH, IN_FLIGHT_COUNT_PATH as PATH } from '@quietgate/core';
import { Hono } from 'hono';
import { describeAdapter, describeCordon } from '../contract/adapter-contract.ts';
import { routing } from '../contract/routing.ts';
import { deployCordon, inFlightCount } from './fetch.ts';

describeAdapter({
  name: 'fetch, in Hono',
  closesConnections: false,
  createServer(options) {
    const answer = inFlightCount(options);
    const paths = options.path === false ? ['*'] : [options.path ?? PATH, options.quietPath ?? []].flat();
    return createAdaptorServer(new Hono().on('ALL', paths, (context) => answer(context.req.raw)));
  },
});

describeAdapter({
  name: "fetch, by itself under Hono's Node server",
  closesConnections: false,
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

describeCordon({
  name: 'fetch, in Hono',
  createServer(options) {
    const answer = deployCordon(options);
    return createAdaptorServer(
      new Hono().all(options.path ?? CORDON_PATH, (context) => answer(context.req.raw)),
    );
  },
});
