import { createAdaptorServer } from '@hono/node-server';
import { CORDON_PATH, IN_FLIGHT_COUNT_PATH as PATH } from '@quietgate/core';
import { Hono } from 'hono';
import { describeAdapter, describeCordon, describeRuns } from '../contract/adapter-contract.ts';
import { routing } from '../contract/routing.ts';
import { BEGIN_PATHS } from '../contract/runs.ts';
import { runsHosts } from '../contract/runs-hosts.ts';
import { deployCordon, inFlightCount, serveRuns } from './fetch.ts';

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

describeRuns({
  name: 'fetch, in Hono, with a handler that throws at once',
  closesConnections: false,
  createServer(options) {
    const { runs } = options;
    const answer = serveRuns(options);
    const app = new Hono()
      .all('/api/v1/deployments/*', (context) => answer(context.req.raw))
      .all(BEGIN_PATHS.begin, (context) => {
        void runs.begin('begun');
        return context.body(null, 204);
      })
      .all(BEGIN_PATHS.during, (context) => runs.during('during', () => context.body(null, 204)));
    return createAdaptorServer(app);
  },
});

describeRuns(runsHosts.hono);
describeRuns(runsHosts.fetch);
