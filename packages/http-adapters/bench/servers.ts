import { createAdaptorServer } from '@hono/node-server';
import { type Deployment, IN_FLIGHT_COUNT_PATH, IN_FLIGHT_STATUSES } from '@quietgate/core';
import { inFlightCount as expressInFlightCount } from '@quietgate/http-adapters/express';
import { inFlightCount as fastifyInFlightCount } from '@quietgate/http-adapters/fastify';
import { inFlightCount as fetchInFlightCount } from '@quietgate/http-adapters/fetch';
import { inFlightCount as nodeInFlightCount } from '@quietgate/http-adapters/node';
import express from 'express';
import Fastify, { type FastifyInstance } from 'fastify';
import { Hono } from 'hono';
import { createServer, type RequestListener, type Server } from 'node:http';

/** The ways to serve the endpoint: with the adapter, or by hand in the same framework. */
export interface Contenders {
  adapter(deployments: Iterable<Deployment>): Server | Promise<Server>;
  /** A route that returns what `body` returns, and nothing more. */
  byHand(body: () => string): Server | Promise<Server>;
}

const JSON_TYPE = { 'Content-Type': 'application/json' };

const node = (listener: RequestListener) => createServer(listener);

const fastify = async (app: FastifyInstance) => {
  await app.ready();
  return app.server;
};

export const CONTENDERS: Readonly<Record<string, Contenders>> = {
  node: {
    adapter: (deployments) => node(nodeInFlightCount({ listDeployments: () => deployments })),
    byHand: (body) =>
      node((request, response) => {
        if (request.method === 'GET' && request.url === IN_FLIGHT_COUNT_PATH) {
          response.writeHead(200, JSON_TYPE).end(body());
        } else {
          response.writeHead(404).end();
        }
      }),
  },
  express: {
    adapter: (deployments) =>
      node(express().use(expressInFlightCount({ listDeployments: () => deployments }))),
    byHand: (body) =>
      node(
        express().get(IN_FLIGHT_COUNT_PATH, (_, response) => {
          response.set(JSON_TYPE).end(body());
        }),
      ),
  },
  fastify: {
    adapter(deployments) {
      const app = Fastify();
      app.register(fastifyInFlightCount, { listDeployments: () => deployments });
      return fastify(app);
    },
    byHand(body) {
      const app = Fastify();
      app.get(IN_FLIGHT_COUNT_PATH, (_, reply) => reply.headers(JSON_TYPE).send(body()));
      return fastify(app);
    },
  },
  fetch: {
    adapter(deployments) {
      const answer = fetchInFlightCount({ listDeployments: () => deployments });
      const app = new Hono().all(IN_FLIGHT_COUNT_PATH, (context) => answer(context.req.raw));
      return createAdaptorServer(app) as Server;
    },
    byHand(body) {
      const app = new Hono().get(IN_FLIGHT_COUNT_PATH, (context) => context.body(body(), 200, JSON_TYPE));
      return createAdaptorServer(app) as Server;
    },
  },
};

/** A store with a long history, of which ten deployments are in flight. */
export function makeDeployments(count: number): Deployment[] {
  const over = ['ready', 'failed', 'wiped', 'phase1-watching'];
  return Array.from({ length: count }, (_, index) => ({
    id: ((index * 2_654_435_761) % 2 ** 32).toString(16).padStart(16, '0'),
    status: index % (count / 10) === 0 ? 'tofu-applying' : (over[index % over.length] ?? 'ready'),
    adoptedAt: index % 7 === 6 ? '2026-05-17T09:00:00Z' : null,
  }));
}

/** What a route by hand would do: filter the list. */
export function filterByHand(deployments: readonly Deployment[]): string {
  const ids = deployments
    .filter(({ status, adoptedAt }) => IN_FLIGHT_STATUSES.includes(status) && !adoptedAt)
    .map(({ id }) => id);
  return JSON.stringify({ count: ids.length, ids });
}
