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
import { createServer, type Server, type ServerResponse } from 'node:http';

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
  /** A route that sends what `answer` returns, and nothing more. */
  byHand(answer: () => AnswerByHand): Server | Promise<Server>;
}

/** The same headers and body as the endpoint's. */
export interface AnswerByHand {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const sendByHand = (response: ServerResponse, { headers, body }: AnswerByHand) => {
  response.writeHead(200, headers).end(body);
};

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
    byHand: (answer) =>
      createServer((request, response) => {
        if (request.method === 'GET' && request.url === IN_FLIGHT_COUNT_PATH) {
          sendByHand(response, answer());
        } else {
          response.writeHead(404).end();
        }
      }),
  },
  express: {
    adapter: (store) => createServer(express().use(expressInFlightCount(store))),
    runs: (runs) => createServer(express().use(expressServeRuns({ runs }))),
    byHand: (answer) =>
      createServer(
        express().get(IN_FLIGHT_COUNT_PATH, (_, response) => {
          sendByHand(response, answer());
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
    byHand(answer) {
      const app = Fastify();
      app.get(IN_FLIGHT_COUNT_PATH, (_, reply) => {
        const { headers, body } = answer();
        return reply.headers(headers).serializer(String).send(body);
      });
      return fastify(app);
    },
  },
  fetch: {
    adapter: (store) => inHono(fetchInFlightCount(store)),
    runs: (runs) => inHono(fetchServeRuns({ runs })),
    byHand(answer) {
      const app = new Hono().get(IN_FLIGHT_COUNT_PATH, (context) => {
        const { headers, body } = answer();
        return context.body(body, 200, headers);
      });
      return createAdaptorServer(app) as Server;
    },
  },
} satisfies Record<string, Framework>;

export type FrameworkName = keyof typeof FRAMEWORKS;
