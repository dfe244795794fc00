import { IN_FLIGHT_COUNT_PATH as PATH } from '@quietgate/core';
import Fastify, { type FastifyInstance } from 'fastify';
import { describeAdapter, describeCordon, describeRuns } from '../contract/adapter-contract.ts';
import { routing } from '../contract/routing.ts';
import { BEGIN_PATHS } from '../contract/runs.ts';
import { runsHosts } from '../contract/runs-hosts.ts';
import { deployCordon, inFlightCount, serveRuns } from './fastify.ts';

describeAdapter({
  name: 'Fastify',
  async createServer(options) {
    const app = Fastify();
    await app.register(inFlightCount, options);
    await app.ready();
    return app.server;
  },
});

describeAdapter({
  name: 'Fastify, over HTTP/2',
  http2: true,
  closesConnections: false,
  async createServer(options) {
    // The types tell its app from one over HTTP/1.1.
    const app = Fastify({ http2: true }) as unknown as FastifyInstance;
    await app.register(inFlightCount, options);
    await app.ready();
    return app.server;
  },
});

describeAdapter({
  name: 'Fastify, with a prefix',
  prefix: '/ops',
  async createServer(options) {
    const app = Fastify();
    await app.register(inFlightCount, { ...options, prefix: '/ops' });
    await app.ready();
    return app.server;
  },
});

describeAdapter(
  {
    name: 'Fastify, on any path below its prefix',
    prefix: `/ops`,
    async createServer({ path = PATH, ...options }) {
      const app = Fastify();
      await app.register(inFlightCount, { ...options, path: false, prefix: `/ops${String(path)}` });
      await app.ready();
      return app.server;
    },
  },
  routing.filter(({ name }) => name !== 'leaves neighbouring paths alone'),
);

describeCordon({
  name: 'Fastify',
  async createServer(options) {
    const app = Fastify();
    await app.register(deployCordon, options);
    await app.ready();
    return app.server;
  },
});

describeCordon({
  name: 'Fastify, with a prefix',
  prefix: '/ops',
  async createServer(options) {
    const app = Fastify();
    await app.register(deployCordon, { ...options, prefix: '/ops' });
    await app.ready();
    return app.server;
  },
});

describeRuns({
  name: 'Fastify',
  async createServer(options) {
    const app = Fastify();
    await app.register(serveRuns, options);
    app.all(BEGIN_PATHS.begin, (_, reply) => {
      void options.runs.begin('begun');
      void reply.code(204).send();
    });
    app.all(BEGIN_PATHS.during, async (_, reply) => {
      await options.runs.during('during', () => undefined);
      return reply.code(204).send();
    });
    await app.ready();
    return app.server;
  },
});

describeRuns(runsHosts.fastify);
