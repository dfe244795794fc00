import { createServer, type Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { CORDON_PATH, createCordon, type Deployment, IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import * as onExpress from '@quietgate/http-adapters/express';
import * as onFastify from '@quietgate/http-adapters/fastify';
import * as onFetch from '@quietgate/http-adapters/fetch';
import * as onNode from '@quietgate/http-adapters/node';
import { listen } from '@quietgate/testkit/endpoint';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { runCheck } from '../../src/check/run-check.ts';
import { TOKEN } from './correct-server.ts';

type CountOptions = Parameters<typeof onNode.inFlightCount<Deployment>>[0];
type CordonOptions = Parameters<typeof onNode.deployCordon>[0];

/** Each adapter in its framework. */
const SERVERS: Readonly<
  Record<string, (count: CountOptions, cordon: CordonOptions) => Server | Promise<Server>>
> = {
  node(count, cordon) {
    const [answerCount, answerCordon] = [onNode.inFlightCount(count), onNode.deployCordon(cordon)];
    return createServer((request, response) => {
      answerCordon(request, response, () => {
        answerCount(request, response);
      });
    });
  },
  express: (count, cordon) =>
    createServer(express().use(onExpress.inFlightCount(count)).use(onExpress.deployCordon(cordon))),
  async fastify(count, cordon) {
    const app = fastify();
    await app.register(onFastify.inFlightCount, count);
    await app.register(onFastify.deployCordon, cordon);
    await app.ready();
    return app.server;
  },
  fetch(count, cordon) {
    const [answerCount, answerCordon] = [onFetch.inFlightCount(count), onFetch.deployCordon(cordon)];
    const app = new Hono()
      .all(IN_FLIGHT_COUNT_PATH, (context) => answerCount(context.req.raw))
      .all(CORDON_PATH, (context) => answerCordon(context.req.raw));
    return createAdaptorServer(app) as Server;
  },
};

describe.each(Object.entries(SERVERS))('the adapter for %s passes all checks', (_, createServer) => {
  it.each([
    ['busy', ['b', 'a']],
    ['quiet', []],
  ])('of a %s server', async (_, ids) => {
    const server = await createServer(
      { listDeployments: () => ids.map((id) => ({ id, status: 'pending' })) },
      { cordon: createCordon(), authorize: TOKEN, onEvent: () => undefined },
    );
    const { checks } = await runCheck(
      {
        url: `http://127.0.0.1:${await listen(server)}`,
        path: IN_FLIGHT_COUNT_PATH,
        headers: [],
        host: undefined,
        requestTimeoutMs: 60_000,
        token: TOKEN,
        json: false,
      },
      {},
    );
    expect(checks.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
    expect(checks).toHaveLength(24);
  });
});
