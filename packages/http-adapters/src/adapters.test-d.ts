import { type Deployment, type DeploymentClass } from '@quietgate/core';
import Fastify from 'fastify';
import { describe, expectTypeOf, test } from 'vitest';
import { inFlightCount as forExpress } from './express.ts';
import { inFlightCount as forFastify } from './fastify.ts';
import { inFlightCount as forFetch } from './fetch.ts';
import { inFlightCount as forNode, type InFlightCountOptions } from './node.ts';

/** A custom record, with a status that is none of the table's. */
interface Run {
  readonly id: string;
  readonly phase: 0 | 1;
  readonly owner: { readonly name: string };
}

declare const runs: readonly Run[];
const listDeployments = () => runs;
const listKnown = (): readonly Deployment[] => [];
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
    await app.register(forFastify, { listDeployments: listKnown });
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
  const unset = {
    classify: undefined,
    path: undefined,
    listTimeoutMs: undefined,
    onUnknown: undefined,
    onError: undefined,
    maxHoldMs: undefined,
    maxHeld: undefined,
    relistMs: undefined,
    subscribe: undefined,
    signal: undefined,
    quietPath: undefined,
  };
  expectTypeOf(unset).toExtend<Omit<InFlightCountOptions<Deployment>, 'listDeployments'>>();
  forNode({ listDeployments: listKnown, ...unset });
  void Fastify().register(forFastify, { listDeployments: listKnown, ...unset });
  // @ts-expect-error: an option of the wrong kind
  forNode({ listDeployments: listKnown, listTimeoutMs: '5s' });
  // @ts-expect-error: an unknown option
  forNode({ listDeployments: listKnown, listTimeout: 5000 });
});

describe('a record without a status', () => {
  test('needs a classify, in all four places', async () => {
    // @ts-expect-error: there is no classify
    forNode({ listDeployments });
    // @ts-expect-error: there is no classify
    forExpress({ listDeployments });
    // @ts-expect-error: there is no classify
    forFetch({ listDeployments });
    // @ts-expect-error: there is no classify
    await Fastify().register(forFastify, { listDeployments });
    // @ts-expect-error: nothing is no classify
    forNode({ listDeployments, classify: undefined });
    // @ts-expect-error: a status that may be missing is none
    forNode({ listDeployments: (): { id: string; status?: string }[] => [] });
    // @ts-expect-error: a number is no status
    forFetch({ listDeployments: () => [{ id: 'a', status: 1 }] });
  });

  test('is checked by satisfies where types do not reach', () => {
    ({ listDeployments, classify }) satisfies InFlightCountOptions<Run>;
    // @ts-expect-error: there is no classify
    ({ listDeployments }) satisfies InFlightCountOptions<Run>;
    const ofOthers = ({ region }: { id: string; region: string }) =>
      region === '' ? ('phase-0' as const) : ('terminal' as const);
    // @ts-expect-error: the list is not of these
    ({ listDeployments, classify: ofOthers }) satisfies InFlightCountOptions<Run>;
  });
});

describe('a record whose statuses are literals', () => {
  const list =
    <S extends string>(...statuses: S[]) =>
    () =>
      statuses.map((status) => ({ id: 'a', status }));

  test('needs a classify where the table knows none of them', () => {
    // @ts-expect-error: there is no classify
    forNode({ listDeployments: list('queued', 'running') });
    // @ts-expect-error: there is no classify
    forExpress({ listDeployments: () => Promise.resolve(list('running')()) });
    // @ts-expect-error: there is no classify
    ({ listDeployments: list('running') }) satisfies InFlightCountOptions<{ id: string; status: 'running' }>;
    forNode({ listDeployments: list('running'), classify: () => 'phase-0' });
  });

  test('needs none where the table knows one', () => {
    forNode({ listDeployments: list('pending', 'running') });
    forFetch({ listDeployments: (): Deployment[] => [] });
  });
});

test('a list that always fails, or is always empty, needs no classify', () => {
  forNode({ listDeployments: () => [] });
  forNode({ listDeployments: () => Promise.reject(new Error('the disk is gone')) });
  forExpress({
    listDeployments: () => {
      throw new Error('the disk is gone');
    },
  });
});

test('the list function is given a signal, and onUnknown a record', () => {
  forNode({
    listDeployments: ({ signal }) => (expectTypeOf(signal).toEqualTypeOf<AbortSignal>(), runs),
    classify,
    onUnknown: (run) => {
      expectTypeOf(run).toEqualTypeOf<Run>();
    },
  });
  void Fastify().register(forFastify, { listDeployments, classify, onUnknown: ({ phase }: Run) => phase });
});

test('a path may be false, which leaves it to the router', () => {
  forFetch({ listDeployments: listKnown, path: false });
  // @ts-expect-error: no path is true
  forFetch({ listDeployments: listKnown, path: true });
});
