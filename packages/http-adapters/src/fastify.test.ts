import Fastify from 'fastify';
import { describeAdapter } from '../contract/adapter-contract.ts';
import { inFlightCount } from './fastify.ts';

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
