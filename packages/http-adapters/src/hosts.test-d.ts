import { createCordon, createRuns, type Deployment, type Runs } from '@quietgate/core';
import express from 'express';
import express4 from 'express4';
import Fastify from 'fastify';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { expectTypeOf, test } from 'vitest';
import {
  deployCordon as cordonForExpress,
  type ExpressHandler,
  inFlightCount as forExpress,
  serveRuns as runsForExpress,
} from './express.ts';
import { deployCordon as cordonForFastify, serveRuns as runsForFastify } from './fastify.ts';
import {
  deployCordon as cordonForFetch,
  inFlightCount as forFetch,
  serveRuns as runsForFetch,
} from './fetch.ts';
import { deployCordon as cordonForNode, inFlightCount as forNode, serveRuns as runsForNode } from './node.ts';

const list = (): readonly Deployment[] => [];

test('Express 4 and 5 take the middleware, in an app, on a router and under a path', () => {
  const middleware = forExpress({ listDeployments: list });
  express().use(middleware);
  express().use('/ops', express.Router().use(middleware));
  expectTypeOf(middleware).toExtend<express.RequestHandler>();
  express4().use(middleware);
  express4().use('/ops', express4.Router().use(middleware));
});

test('Node takes the listener', () => {
  createServer(forNode({ listDeployments: list }));
  createHttp2Server(forNode({ listDeployments: list }));
  expectTypeOf(forNode({ listDeployments: list })).toBeCallableWith({ method: 'GET', url: '/' }, {} as never);
});

test('the fetch handler is of the web’s types', () => {
  expectTypeOf(forFetch({ listDeployments: list })).toEqualTypeOf<(request: Request) => Promise<Response>>();
});

test('the cordon is mounted as the count is, with tokens or a check', () => {
  const cordon = createCordon();
  express().use(cordonForExpress({ cordon, authorize: 'a token of the deploy job' }));
  express4().use(cordonForExpress({ cordon, authorize: ['one token of the job', 'another token of it'] }));
  createServer(cordonForNode({ cordon, authorize: (token) => token === '' }));
  createHttp2Server(cordonForNode({ cordon, authorize: (token) => Promise.resolve(token === '') }));
  void Fastify().register(cordonForFastify, { cordon, authorize: 'a token', prefix: '/ops' });
  expectTypeOf(cordonForFetch({ cordon, authorize: 'a token' })).toEqualTypeOf<
    (request: Request) => Promise<Response>
  >();
  const unset = { path: undefined, maxLeaseMs: undefined, onEvent: undefined, onError: undefined };
  cordonForNode({ cordon, authorize: 'a token', ...unset });
  // @ts-expect-error: the cordon is needed
  cordonForNode({ authorize: 'a token' });
  // @ts-expect-error: a check returns a boolean
  cordonForNode({ cordon, authorize: () => undefined });
  // @ts-expect-error: an unknown option
  cordonForNode({ cordon, authorize: 'a token', holder: 'a' });
});

test('the runs are mounted as the count is, of one process or of replicas', () => {
  const runs = createRuns();
  const stored: Runs = runs;
  const cordonToken: string | undefined = 'a token of the deploy job';
  expectTypeOf(runsForExpress({ runs })).toEqualTypeOf<ExpressHandler>();
  express().use(runsForExpress({ runs: stored, cordonToken }));
  express4().use(runsForExpress({ runs, cordonToken: ['one token of the job', 'another token of it'] }));
  createServer(runsForNode({ runs, cordonToken: (token) => Promise.resolve(token === '') }));
  void Fastify().register(runsForFastify, { runs: stored, cordonToken, prefix: '/ops' });
  expectTypeOf(runsForFetch({ runs })).toEqualTypeOf<(request: Request) => Promise<Response>>();
  runsForNode({ runs, cordonToken: undefined, onError: undefined, onEvent: undefined });
  // @ts-expect-error: the runs are needed
  runsForNode({ cordonToken });
  // @ts-expect-error: an unknown option
  runsForNode({ runs, path: '/runs' });
});
