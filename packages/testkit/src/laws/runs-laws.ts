import { describe, expect, it, vi } from 'vitest';
import { fc, test } from '../property.ts';

type Awaitable<T> = T | Promise<T>;

interface RunUnderTest {
  readonly id: string;
  readonly end: () => void;
  readonly [Symbol.dispose]: () => void;
}

/** Runs of any store, as far as their laws look at them. */
export interface RunsUnderTest {
  begin(id: string): Awaitable<RunUnderTest>;
  during<T>(id: string, work: (run: RunUnderTest) => Awaitable<T>): Promise<T>;
  list(): Awaitable<Iterable<{ readonly id: string }>>;
  readonly subscribe: (onChange: () => void) => () => void;
  readonly cordon: {
    raise(holder: string, leaseMs: number): Awaitable<unknown>;
    lift(holder: string): Awaitable<void>;
  };
  drain(options: { readonly maxWaitMs: number; readonly signal?: AbortSignal }): Promise<{
    readonly outcome: string;
    readonly lastSeen?: { readonly count: number; readonly ids: readonly string[] };
  }>;
  readonly closing: AbortSignal;
}

/** How long something that is not at once may take, on a machine that is busy. */
const LIMIT = { timeout: 60_000 };

const FOREVER = { maxWaitMs: 2_147_483_647 };

const REFUSED_BY_DRAIN = { name: 'RunRefused', reason: 'drain', retryAfterMs: 30_000, holders: [] };

const idsOf = async (runs: RunsUnderTest) => Array.from(await runs.list(), ({ id }) => id).sort();

/** Ends may take a while to reach a store. */
const untilListed = (runs: RunsUnderTest, ids: readonly string[]) =>
  vi.waitUntil(async () => JSON.stringify(await idsOf(runs)) === JSON.stringify(ids), LIMIT);

/**
 * What holds for runs in any store.
 *
 * @param open makes runs of its own, none of which is in flight
 * @param numRuns of the property, where the store is slow
 */
export function runsLaws(name: string, open: () => Awaitable<RunsUnderTest>, numRuns?: number): void {
  describe(`the laws of runs hold for ${name}:`, () => {
    it('a run is in flight from its begin to its end', async () => {
      const runs = await open();
      expect(await idsOf(runs)).toEqual([]);
      const run = await runs.begin('t13');
      expect([run.id, Array.from(await runs.list())]).toEqual(['t13', [{ id: 't13' }]]);
      run.end();
      await untilListed(runs, []);
    });

    it('each begin is a run of its own, and its end ends no other, however often it is called', async () => {
      const runs = await open();
      const { end } = await runs.begin('t13');
      const second = await runs.begin('t13');
      expect(await idsOf(runs)).toEqual(['t13', 't13']);
      end();
      end();
      await untilListed(runs, ['t13']);
      second[Symbol.dispose]();
      await untilListed(runs, []);
    });

    it('an id is a text of 1 to 256 characters', async () => {
      const runs = await open();
      for (const id of ['', 'x'.repeat(257), 13, null, undefined]) {
        const error = { name: 'TypeError' };
        await expect(attempt(() => runs.begin(id as string))).rejects.toMatchObject(error);
        await expect(runs.during(id as string, () => 1)).rejects.toMatchObject(error);
      }
      const ids = ['it\'s a "run"; drop --', 'x', 'x'.repeat(256)];
      for (const id of ids) await runs.begin(id);
      expect(await idsOf(runs)).toEqual(ids.sort());
    });

    it('work is in flight for as long as it takes, and settles as it does', async () => {
      const runs = await open();
      expect(await runs.during('t13', async ({ id }) => [id, await idsOf(runs)])).toEqual(['t13', ['t13']]);
      await untilListed(runs, []);
      const reason = new Error('tofu failed');
      const fail = () => {
        throw reason;
      };
      await expect(runs.during('t13', fail)).rejects.toBe(reason);
      await expect(runs.during('t13', () => Promise.reject(reason))).rejects.toBe(reason);
      await untilListed(runs, []);
    });

    it('no run begins while the cordon is up, and those in flight go on', async () => {
      const runs = await open();
      const { end } = await runs.begin('t13');
      await runs.cordon.raise('deploy-7', 60_000);
      const refusal = { name: 'RunRefused', reason: 'cordon', holders: ['deploy-7'] };
      await expect(attempt(() => runs.begin('t17'))).rejects.toMatchObject(refusal);
      const work = vi.fn();
      await expect(runs.during('t17', work)).rejects.toMatchObject(refusal);
      expect(work).not.toHaveBeenCalled();
      expect(await idsOf(runs)).toEqual(['t13']);
      end();
      await untilListed(runs, []);
      await runs.cordon.lift('deploy-7');
      expect((await runs.begin('t17')).id).toBe('t17');
    });

    it('a listener is called after a begin and an end, until it unsubscribes', async () => {
      const runs = await open();
      const seen: string[] = [];
      const { subscribe } = runs;
      const onChange = vi.fn(() => {
        void idsOf(runs).then((ids) => seen.push(ids.join()));
      });
      const unsubscribe = subscribe(onChange);
      const first = await runs.begin('t13');
      await vi.waitUntil(() => seen.at(-1) === 't13', LIMIT);
      first.end();
      await vi.waitUntil(() => seen.at(-1) === '', LIMIT);
      const other = vi.fn();
      subscribe(other);
      unsubscribe();
      const { length } = onChange.mock.calls;
      await runs.begin('t17');
      await vi.waitUntil(() => other.mock.calls.length > 0, LIMIT);
      expect(onChange).toHaveBeenCalledTimes(length);
    });

    it('a drain shuts the door in its own turn, for good, and waits for the runs before it', async () => {
      const runs = await open();
      const run = await runs.begin('t13');
      expect(runs.closing.aborted).toBe(false);
      const drained = runs.drain(FOREVER);
      expect(runs.closing.aborted).toBe(true);
      await expect(attempt(() => runs.begin('t17'))).rejects.toMatchObject(REFUSED_BY_DRAIN);
      run.end();
      expect(await drained).toMatchObject({ outcome: 'quiet', lastSeen: { count: 0, ids: [] } });
      await expect(attempt(() => runs.begin('t17'))).rejects.toMatchObject(REFUSED_BY_DRAIN);
    });

    it('a drain happens once, and the options of the first call count', async () => {
      const runs = await open();
      const { end } = await runs.begin('t13');
      const first = runs.drain(FOREVER);
      expect(runs.drain({ maxWaitMs: 1 })).toBe(first);
      end();
      expect(await first).toMatchObject({ outcome: 'quiet' });
    });

    it('a drain is called off by its signal, and opens no door', async () => {
      const runs = await open();
      await runs.begin('t13');
      const second = new AbortController();
      const drained = runs.drain({ ...FOREVER, signal: second.signal });
      second.abort(new Error('SIGTERM again'));
      await expect(drained).rejects.toThrow('SIGTERM again');
      await expect(attempt(() => runs.begin('t17'))).rejects.toMatchObject(REFUSED_BY_DRAIN);
    });

    it('a drain with wrong options does not begin', async () => {
      const runs = await open();
      await expect(runs.drain({} as typeof FOREVER)).rejects.toMatchObject({ name: 'TypeError' });
      await expect(runs.drain({ maxWaitMs: 0 })).rejects.toMatchObject({ name: 'RangeError' });
      expect(runs.closing.aborted).toBe(false);
      expect((await runs.begin('t13')).id).toBe('t13');
    });

    const stepArb = fc.oneof(
      fc.record({ begins: fc.constantFrom('t13', 't17') }),
      fc.record({ ends: fc.nat(9) }),
      fc.constantFrom('raise' as const, 'lift' as const),
    );

    test.prop([fc.array(stepArb, { maxLength: 20 })], numRuns === undefined ? {} : { numRuns })(
      'in flight are those that began while the cordon was down, and have not ended',
      async (steps) => {
        const runs = await open();
        const begun: RunUnderTest[] = [];
        const ended = new Set<RunUnderTest>();
        let isUp = false;
        for (const step of steps) {
          if (step === 'raise') await runs.cordon.raise('deploy-7', 60_000);
          else if (step === 'lift') await runs.cordon.lift('deploy-7');
          else if ('ends' in step) {
            const run = begun[step.ends];
            run?.end();
            if (run) ended.add(run);
          } else {
            const begin = attempt(() => runs.begin(step.begins));
            if (isUp) await expect(begin).rejects.toMatchObject({ reason: 'cordon' });
            else begun.push(await begin);
          }
          if (step === 'raise' || step === 'lift') isUp = step === 'raise';
          const expected = begun.filter((run) => !ended.has(run)).map(({ id }) => id);
          await untilListed(runs, expected.sort());
        }
      },
    );
  });
}

/** What throws or rejects rejects. */
async function attempt<T>(work: () => Awaitable<T>): Promise<T> {
  return await work();
}
