import { createAdaptorServer } from '@hono/node-server';
import { type Deployment, IN_FLIGHT_COUNT_PATH, type Runs } from '@quietgate/core';
import {
  inFlightCount as expressInFlightCount,
  serveRuns as expressServeRuns,
} from '@quietgate/http-adapters/express';
import {
  inFlightCount as fastifyInFlightCount,
  serveRuns as fastifyServeRuns,
} from '@quietgate/http-adapters/fastify';
import {
  inFlightCount as fetchInFlightCount,
  serveRuns as fetchServeRuns,
} from '@quietgate/http-adapters/fetch';
import {
  inFlightCount as nodeInFlightCount,
  serveRuns as nodeServeRuns,
} from '@quietgate/http-adapters/node';
import express from 'express';
import Fastify, { type FastifyInstance } from 'fastify';
import { Hono } from 'hono';
import { createServer, type Server } from 'node:http';

/** What the adapter is given. */
export interface Store {
  readonly listDeployments: () => Iterable<Deployment>;
  readonly subscribe?: (onChange: () => void) => () => void;
  readonly maxHeld?: number;
}

/** The ways to serve the endpoint in one framework. */
export interface Framework {
  adapter(store: Store): Server | Promise<Server>;
  /** `serveRuns`, without a cordon. */
  runs(runs: Runs): Server | Promise<Server>;
  /** A route that answers with what `body` returns, and nothing more. */
  byHand(body: () => string): Server | Promise<Server>;
}

/** Those that the endpoint's answer has too. */
const HEADERS = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };

const fastify = async (app: FastifyInstance) => {
  await app.ready();
  return app.server;
};

const inHono = (answer: (request: Request) => Promise<Response>) => {
  const app = new Hono().all(IN_FLIGHT_COUNT_PATH, (context) => answer(context.req.raw));
  return createAdaptorServer(app) as Server;
};

export const FRAMEWORKS = {
  node: {
    adapter: (store) => createServer(nodeInFlightCount(store)),
    runs: (runs) => createServer(nodeServeRuns({ runs })),
    byHand: (body) =>
      createServer((request, response) => {
        if (request.method === 'GET' && request.url === IN_FLIGHT_COUNT_PATH) {
          response.writeHead(200, HEADERS).end(body());
        } else {
          response.writeHead(404).end();
        }
      }),
  },
  express: {
    adapter: (store) => createServer(express().use(expressInFlightCount(store))),
    runs: (runs) => createServer(express().use(expressServeRuns({ runs }))),
    byHand: (body) =>
      createServer(
        express().get(IN_FLIGHT_COUNT_PATH, (_, response) => {
          response.set(HEADERS).end(body());
        }),
      ),
  },
  fastify: {
    adapter(store) {
      const app = Fastify();
      app.register(fastifyInFlightCount, store);
      return fastify(app);
    },
    runs(runs) {
      const app = Fastify();
      app.register(fastifyServeRuns, { runs });
      return fastify(app);
    },
    byHand(body) {
      const app = Fastify();
      app.get(IN_FLIGHT_COUNT_PATH, (_, reply) => reply.headers(HEADERS).send(body()));
      return fastify(app);
    },
  },
  fetch: {
    adapter: (store) => inHono(fetchInFlightCount(store)),
    runs: (runs) => inHono(fetchServeRuns({ runs })),
    byHand(body) {
      const app = new Hono().get(IN_FLIGHT_COUNT_PATH, (context) => context.body(body(), 200, HEADERS));
      return createAdaptorServer(app) as Server;
    },
  },
} satisfies Record<string, Framework>;

export type FrameworkName = keyof typeof FRAMEWORKS;
