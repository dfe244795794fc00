import type { Deployment, DeploymentClass } from '@quietgate/core';
import express from 'express';
import express4 from 'express4';
import Fastify from 'fastify';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { describe, expectTypeOf, test } from 'vitest';
import { inFlightCount as forExpress } from './express.ts';
import { inFlightCount as forFastify } from './fastify.ts';
import { inFlightCount as forFetch } from './fetch.ts';
import { inFlightCount as forNode, type InFlightCountOptions } from './node.ts';

/** A record of one's own, with a status that is none of the table's. */
interface Run {
  readonly id: string;
  readonly phase: 0 | 1;
  readonly owner: { readonly name: string };
}

declare const runs: readonly Run[];
const listDeployments = () => runs;
const classify = (run: Run): DeploymentClass => (run.phase === 0 ? 'phase-0' : 'phase-1');

describe('a record type of one’s own', () => {
  test('flows from the list to classify', () => {
    const options = { listDeployments } as const;
    forNode({ ...options, classify: (run) => (expectTypeOf(run).toEqualTypeOf<Run>(), 'phase-0') });
    forExpress({ ...options, classify: (run) => (expectTypeOf(run).toEqualTypeOf<Run>(), 'phase-0') });
    forFetch({ ...options, classify: (run) => (expectTypeOf(run).toEqualTypeOf<Run>(), 'phase-0') });
    forNode({
      listDeployments: () => new Set(runs),
      classify: ({ phase }) => (phase === 0 ? 'phase-0' : 'phase-1'),
    });
    forNode({
      listDeployments: () => Promise.resolve(runs),
      classify: ({ owner }) => (owner.name === '' ? 'terminal' : 'phase-0'),
    });
  });

  test('flows through Fastify’s register', async () => {
    const app = Fastify();
    await app.register(forFastify, { listDeployments });
    await app.register(forFastify, { listDeployments, classify, prefix: '/ops' });
    await app.register(forFastify, {
      listDeployments,
      classify: ({ phase }: Run) => (phase === 0 ? 'phase-0' : 'phase-1'),
      onError: (error) => {
        expectTypeOf(error).toBeUnknown();
      },
    });
    await app.register(forFastify, { listDeployments, classify: () => 'phase-0' });
    await app.register(forFastify<Run>, {
      listDeployments,
      classify: (run) => (expectTypeOf(run).toEqualTypeOf<Run>(), 'phase-0'),
    });
    await Fastify({ http2: true }).register(forFastify, { listDeployments, classify });
  });

  test('must have a string id', () => {
    // @ts-expect-error: a number is no id
    forNode({ listDeployments: () => [{ id: 1 }] });
    // @ts-expect-error: there is no id
    forFetch({ listDeployments: () => [{ name: 'a' }] });
    // @ts-expect-error: there is no id
    forExpress({ listDeployments: () => Promise.resolve([{ name: 'a' }]) });
    // @ts-expect-error: there is no id
    void Fastify().register(forFastify, { listDeployments: () => [{ name: 'a' }] });
  });

  test('is the one that classify takes, and classify names a class', () => {
    const ofOthers = (other: { id: string; region: string }) =>
      other.region === '' ? 'phase-0' : 'terminal';
    // @ts-expect-error: the list is not of these
    forNode({ listDeployments, classify: ofOthers });
    // @ts-expect-error: there is no such class
    forNode({ listDeployments, classify: () => 'phase-2' });
    // @ts-expect-error: there is no such class
    void Fastify().register(forFastify, { listDeployments, classify: () => 'phase-2' });
  });

  test('must be listed by something that can be iterated at once', () => {
    // @ts-expect-error: a single record
    forNode({ listDeployments: () => runs[0] });
    const stream = async function* () {
      yield* await Promise.resolve(runs);
    };
    // @ts-expect-error: an async iterable
    forNode({ listDeployments: stream });
    // @ts-expect-error: the list function is needed
    forNode({});
    // @ts-expect-error: the list function is needed
    void Fastify().register(forFastify, {});
  });
});

test('every optional option accepts undefined', () => {
  const unset = { classify: undefined, path: undefined, listTimeoutMs: undefined, onError: undefined };
  expectTypeOf(unset).toExtend<Omit<InFlightCountOptions<Deployment>, 'listDeployments'>>();
  forNode({ listDeployments, ...unset });
  // @ts-expect-error: an option of the wrong kind
  forNode({ listDeployments, listTimeoutMs: '5s' });
  // @ts-expect-error: an unknown option
  forNode({ listDeployments, listTimeout: 5000 });
});

test('Express 4 and 5 take the middleware, in an app, on a router and under a path', () => {
  const middleware = forExpress({ listDeployments });
  express().use(middleware);
  express().use('/ops', express.Router().use(middleware));
  expectTypeOf(middleware).toExtend<express.RequestHandler>();
  express4().use(middleware);
  express4().use('/ops', express4.Router().use(middleware));
});

test('Node takes the listener', () => {
  createServer(forNode({ listDeployments }));
  createHttp2Server(forNode({ listDeployments }));
  expectTypeOf(forNode({ listDeployments })).toBeCallableWith({ method: 'GET', url: '/' }, {} as never);
});

test('the fetch handler is of the web’s types', () => {
  expectTypeOf(forFetch({ listDeployments })).toEqualTypeOf<(request: Request) => Promise<Response>>();
});
