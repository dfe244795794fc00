import { createServer } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { type Runs, RunRefused } from '@quietgate/core';
import express, { Router } from 'express';
import express4 from 'express4';
import Fastify, { type FastifyInstance } from 'fastify';
import { Hono } from 'hono';
import { serveRuns as serveRunsInExpress } from '../src/express.ts';
import { serveRuns as serveRunsInFastify } from '../src/fastify.ts';
import { serveRuns as serveRunsByFetch } from '../src/fetch.ts';
import { serveRuns as serveRunsInNode } from '../src/node.ts';
import { BEGIN_PATHS, type RunsHost } from './runs.ts';

/** What the paths of a host do, where nothing is refused. */
const start: Readonly<Record<string, (runs: Runs) => Promise<unknown>>> = {
  [BEGIN_PATHS.begin]: async (runs) => runs.begin('begun'),
  [BEGIN_PATHS.during]: (runs) => runs.during('during', () => undefined),
};

/** Hosts for runs of any store: their handlers wait for `begin`. What it rejects with is left to the framework that can answer it. */
export const runsHosts = {
  express5: {
    name: 'Express 5, with handlers that return promises, on a router below a mount path',
    prefix: '/ops',
    createServer(options) {
      const router = Router().use(serveRunsInExpress(options));
      for (const [path, begin] of Object.entries(start)) {
        router.all(path, async (_, response) => {
          await begin(options.runs);
          response.sendStatus(204);
        });
      }
      return createServer(express().use('/ops', router));
    },
  },
  express4: {
    name: 'Express 4, which hears of no promise',
    createServer(options) {
      const app = express4().use(serveRunsInExpress(options));
      for (const [path, begin] of Object.entries(start)) {
        app.all(path, (_, response, next) => {
          begin(options.runs).then(() => response.sendStatus(204), next);
        });
      }
      return createServer(app);
    },
  },
  fastify: {
    name: 'Fastify, over HTTP/2, with a prefix',
    http2: true,
    closesConnections: false,
    prefix: '/ops',
    async createServer(options) {
      // The types tell its app from one over HTTP/1.1.
      const app = Fastify({ http2: true }) as unknown as FastifyInstance;
      await app.register(serveRunsInFastify, { ...options, prefix: '/ops' });
      for (const [path, begin] of Object.entries(start)) {
        app.all(`/ops${path}`, async (_, reply) => {
          await begin(options.runs);
          return reply.code(204).send();
        });
      }
      await app.ready();
      return app.server;
    },
  },
  node: {
    name: "Node's http",
    checksLaws: true,
    createServer(options) {
      const answer = serveRunsInNode(options);
      return createServer((request, response) => {
        answer(request, response, () => {
          const begin = start[String(request.url)];
          if (begin === undefined) {
            response.writeHead(404).end();
            return;
          }
          begin(options.runs).then(
            () => response.writeHead(204).end(),
            (error: unknown) => {
              if (!(error instanceof RunRefused)) throw error;
              response.writeHead(error.status, error.headers).end(error.message);
            },
          );
        });
      });
    },
  },
  hono: {
    name: 'fetch, in Hono',
    closesConnections: false,
    createServer(options) {
      const answer = serveRunsByFetch(options);
      const app = new Hono().all('/api/v1/deployments/*', (context) => answer(context.req.raw));
      for (const [path, begin] of Object.entries(start)) {
        app.all(path, async (context) => {
          await begin(options.runs);
          return context.body(null, 204);
        });
      }
      return createAdaptorServer(app);
    },
  },
  fetch: {
    name: "fetch, by itself under Hono's Node server",
    closesConnections: false,
    createServer(options) {
      const answer = serveRunsByFetch(options);
      return createAdaptorServer({
        async fetch(request) {
          const begin = start[new URL(request.url).pathname];
          if (begin === undefined) return answer(request);
          try {
            await begin(options.runs);
            return new Response(null, { status: 204 });
          } catch (error) {
            if (error instanceof RunRefused) return error.getResponse();
            throw error;
          }
        },
      });
    },
  },
} satisfies Readonly<Record<string, RunsHost>>;
