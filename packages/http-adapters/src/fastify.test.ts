import { IN_FLIGHT_COUNT_PATH as PATH } from '@quietgate/core';
import Fastify from 'fastify';
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
