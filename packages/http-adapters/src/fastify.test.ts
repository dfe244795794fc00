import { IN_FLIGHT_COUNT_PATH as PATH } from '@quietgate/core';
import Fastify, { type FastifyInstance } from 'fastify';
import { describeAdapter, describeCordon } from '../contract/adapter-contract.ts';
import { routing } from '../contract/routing.ts';
import { deployCordon, inFlightCount } from './fastify.ts';

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
