import { describe, expectTypeOf, it } from 'vitest';
import {
  type ClassifiedByStatus,
  type Cordon,
  CordonRefused,
  countInFlight,
  createCordon,
  createDrain,
  createInFlightIndex,
  createRuns,
  type CreateCordonOptions,
  type CreateDrainOptions,
  type Deployment,
  type DeploymentClass,
  type Drain,
  type DrainResult,
  exceptStale,
  type ExceptStaleOptions,
  type InFlightCount,
  type InFlightIndex,
  type CreateInFlightIndexOptions,
  type Lease,
  type MemoryCordon,
  type MemoryRuns,
  type Run,
  RunRefused,
  type Runs,
  type RunsOptions,
} from '../index.ts';

describe('the types of what a server keeps', () => {
  it('let an index hold records of any type that can be classified', () => {
    const index = createInFlightIndex();
    expectTypeOf(index).toEqualTypeOf<InFlightIndex<Deployment>>();
    expectTypeOf(index).toExtend<Iterable<Deployment>>();
    expectTypeOf(index.subscribe).toEqualTypeOf<(onChange: () => void) => () => void>();
    expectTypeOf(createInFlightIndex<{ id: string; status: string; owner: string }>()).toEqualTypeOf<
      InFlightIndex<{ id: string; status: string; owner: string }>
    >();
    // @ts-expect-error: without a status, how is a run to be classified?
    createInFlightIndex<{ id: string; step: number }>();
    expectTypeOf(
      createInFlightIndex({
        classify: (run: { id: string; step: number }) => (run.step < 3 ? 'phase-0' : 'terminal'),
      }),
    ).toEqualTypeOf<InFlightIndex<{ id: string; step: number }>>();
    expectTypeOf<{ [Name in keyof CreateInFlightIndexOptions<Deployment>]-?: undefined }>().toExtend<
      CreateInFlightIndexOptions<Deployment>
    >();
  });

  it('want a classify where the table knows none of the statuses', () => {
    interface Own {
      id: string;
      status: 'queued' | 'running';
    }
    interface Mixed {
      id: string;
      status: 'pending' | 'running';
    }
    const own: Own[] = [];
    const classify = ({ status }: Own) => (status === 'running' ? 'phase-0' : 'terminal');
    // @ts-expect-error: each of them would be unknown
    countInFlight(own);
    countInFlight(own, { classify });
    // @ts-expect-error: each of them would be dropped
    createInFlightIndex<Own>();
    createInFlightIndex({ classify });
    // @ts-expect-error: each of them would be unknown
    exceptStale({ afterMs: 1, lastSignOfLife: ({ id }: Own) => id });
    exceptStale({ afterMs: 1, lastSignOfLife: ({ id }: Own) => id, classify });

    countInFlight([] as Mixed[]);
    createInFlightIndex<Mixed>();
    countInFlight([] as { id: string; status: string; step: number }[]);
    const count = <D extends ClassifiedByStatus<D>>(runs: D[]) => countInFlight(runs);
    expectTypeOf(count([] as Deployment[])).toEqualTypeOf<InFlightCount>();
  });

  it('begin and end runs', () => {
    expectTypeOf(createRuns).returns.toEqualTypeOf<MemoryRuns>();
    expectTypeOf<MemoryRuns>().toExtend<Runs>();
    expectTypeOf<ReturnType<MemoryRuns['begin']>>().toEqualTypeOf<Run>();
    expectTypeOf(createRuns().during('a', () => 5)).resolves.toEqualTypeOf<number>();
    expectTypeOf(createRuns().during('a', async (run) => Promise.resolve(run.id))).resolves.toBeString();
    expectTypeOf<{ clock: undefined; maxUpMs: undefined; restMs: undefined }>().toExtend<RunsOptions>();
    expectTypeOf<{
      begin(id: string): Promise<Run>;
      during<T>(id: string, work: (run: Run) => T | Promise<T>): Promise<T>;
      list(context?: { signal?: AbortSignal }): Promise<{ id: string; replica: string }[]>;
      subscribe(onChange: () => void): () => void;
      cordon: Cordon;
      drain(options: { maxWaitMs: number; signal?: AbortSignal }): Promise<DrainResult>;
      closing: AbortSignal;
    }>().toExtend<Runs>();
    expectTypeOf(createCordon().admit(() => 'started')).toBeString();
    expectTypeOf<RunRefused['reason']>().toEqualTypeOf<'cordon' | 'drain'>();
    expectTypeOf(new RunRefused({ reason: 'drain', retryAfterMs: 1 }).status).toEqualTypeOf<503>();
    // @ts-expect-error: only you know how long the process is given
    void createRuns().drain({});
  });

  it('make a classifier of stale runs', () => {
    interface Run extends Deployment {
      beatAt: string;
    }
    expectTypeOf(
      exceptStale({
        afterMs: 1,
        lastSignOfLife: (run: Run) => run.beatAt,
        now: undefined,
        onStale: undefined,
      }),
    ).toEqualTypeOf<(deployment: Run) => DeploymentClass>();
    expectTypeOf<ReturnType<ExceptStaleOptions<Run>['lastSignOfLife']>>().toEqualTypeOf<
      Date | string | number | null | undefined
    >();
    // @ts-expect-error: without a status, how is a run to be classified?
    exceptStale({ afterMs: 1, lastSignOfLife: (run: { id: string; beatAt: Date }) => run.beatAt });
    exceptStale({
      afterMs: 1,
      lastSignOfLife: (run: { id: string; beatAt: Date }) => run.beatAt,
      classify: () => 'phase-0',
    });
    // @ts-expect-error: no heartbeat is a boolean
    exceptStale({ afterMs: 1, lastSignOfLife: (run: Run) => run.beatAt === '' });
  });

  it('let a cordon answer at once or later', () => {
    expectTypeOf<MemoryCordon>().toExtend<Cordon>();
    expectTypeOf<{
      raise(holder: string, leaseMs: number, renews?: string): Promise<Lease>;
      lift(holder: string): Promise<void>;
      remainingMs(): Promise<number>;
      holders(): Promise<string[]>;
    }>().toExtend<Cordon>();
    expectTypeOf<ReturnType<MemoryCordon['raise']>>().toEqualTypeOf<Lease>();
    expectTypeOf<MemoryCordon['lift']>().toEqualTypeOf<(holder: string) => void>();
    expectTypeOf<ReturnType<MemoryCordon['remainingMs']>>().toEqualTypeOf<number>();
    expectTypeOf<ReturnType<MemoryCordon['holders']>>().toEqualTypeOf<readonly string[]>();
    expectTypeOf<ReturnType<MemoryCordon['isUp']>>().toEqualTypeOf<boolean>();
    expectTypeOf(createCordon).returns.toEqualTypeOf<MemoryCordon>();
    expectTypeOf<{ [Name in keyof CreateCordonOptions]-?: undefined }>().toExtend<CreateCordonOptions>();
    expectTypeOf(new CordonRefused('why')).toExtend<Error>();
  });

  it('drain an index of any records, or a source', () => {
    const index = createInFlightIndex({
      classify: (run: { id: string; step: number }) => (run.step < 3 ? 'phase-0' : 'terminal'),
    });
    const source = () => ({ count: 0, ids: [] });
    expectTypeOf(createDrain({ index, maxWaitMs: 1 })).toEqualTypeOf<Drain>();
    expectTypeOf<ReturnType<Drain['begin']>>().resolves.toEqualTypeOf<DrainResult>();
    expectTypeOf<{
      source: typeof source;
      maxWaitMs: number;
      index: undefined;
      signal: undefined;
      clock: undefined;
    }>().toExtend<CreateDrainOptions>();
    // @ts-expect-error: one of them is needed
    createDrain({ maxWaitMs: 1 });
    // @ts-expect-error: and not both
    createDrain({ index, source, maxWaitMs: 1 });
    // @ts-expect-error: only you know how long the process is given
    createDrain({ index });
  });
});
