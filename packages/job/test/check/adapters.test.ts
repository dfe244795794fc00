import { createServer, type Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import {
  CORDON_PATH,
  createCordon,
  createRuns,
  type Deployment,
  IN_FLIGHT_COUNT_PATH,
} from '@quietgate/core';
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
import { CORDON_CHECK_IDS, COUNT_CHECK_IDS } from '../../src/check/check.ts';
import { TOKEN } from './correct-server.ts';

type CountOptions = Parameters<typeof onNode.inFlightCount<Deployment>>[0];
type RunsOptions = Parameters<typeof onNode.serveRuns>[0];
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

/** The same with the one object that serves runs. */
const RUNS_SERVERS: Readonly<Record<string, (options: RunsOptions) => Server | Promise<Server>>> = {
  node: (options) => createServer(onNode.serveRuns(options)),
  express: (options) => createServer(express().use(onExpress.serveRuns(options))),
  async fastify(options) {
    const app = fastify();
    await app.register(onFastify.serveRuns, options);
    await app.ready();
    return app.server;
  },
  fetch: (options) => createAdaptorServer({ fetch: onFetch.serveRuns(options) }) as Server,
};

async function checksOf(server: Server) {
  const plan = {
    url: `http://127.0.0.1:${await listen(server)}`,
    path: IN_FLIGHT_COUNT_PATH,
    headers: [],
    host: undefined,
    requestTimeoutMs: 60_000,
    token: TOKEN,
    json: false,
  };
  return (await runCheck(plan, {})).checks;
}

const ALL_PASSED = [...COUNT_CHECK_IDS, ...CORDON_CHECK_IDS].map((id) => [id, 'passed']);

describe.each([
  ['busy', ['b', 'a']],
  ['quiet', []],
])('a %s server passes all checks', (_, ids) => {
  it.each(Object.entries(SERVERS))('by the adapter for %s', async (_, createServer) => {
    const server = await createServer(
      { listDeployments: () => ids.map((id) => ({ id, status: 'pending' })) },
      { cordon: createCordon(), authorize: TOKEN, onEvent: () => undefined },
    );
    const checks = await checksOf(server);
    expect(checks.map(({ id, outcome }) => [id, outcome])).toEqual(ALL_PASSED);
  });
});

it.each(Object.entries(RUNS_SERVERS))('serveRuns for %s passes all checks', async (_, createServer) => {
  const server = await createServer({ runs: createRuns(), cordonToken: TOKEN, onEvent: () => undefined });
  const checks = await checksOf(server);
  expect(checks.map(({ id, outcome }) => [id, outcome])).toEqual(ALL_PASSED);
});
