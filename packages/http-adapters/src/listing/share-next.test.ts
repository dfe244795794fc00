import { fc, test as property } from '@quietgate/testkit/property';
import { afterEach, expect, test, vi } from 'vitest';
import { shareNext } from './share-next.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

afterEach(() => {
  vi.unstubAllGlobals();
});

test('callers of one turn share a run that starts after them all', async () => {
  const work = vi.fn((name: string) => Promise.resolve(name));
  const share = shareNext(work);
  const calls = [share('first'), share('second')];
  await Promise.resolve();
  calls.push(share('third'));
  expect(work).not.toHaveBeenCalled();
  expect(await Promise.all(calls)).toEqual(['first', 'first', 'first']);
  expect(work.mock.calls).toEqual([['first']]);
});

test('a run that fails fails for all who share it, and not for the next', async () => {
  let runs = 0;
  const share = shareNext(() =>
    ++runs === 1 ? Promise.reject(new Error('the first')) : Promise.resolve(runs),
  );
  expect(await Promise.allSettled([share(0), share(0)])).toEqual([
    { status: 'rejected', reason: new Error('the first') },
    { status: 'rejected', reason: new Error('the first') },
  ]);
  expect(await share(0)).toBe(2);
});

test('shares without setImmediate too', async () => {
  vi.stubGlobal('setImmediate', undefined);
  const work = vi.fn(() => Promise.resolve('done'));
  const share = shareNext(work);
  expect(await Promise.all([share(0), share(0)])).toEqual(['done', 'done']);
  expect(work).toHaveBeenCalledTimes(1);
});

property.prop([fc.scheduler(), fc.array(fc.constantFrom('call', 'turn', 'end'), { maxLength: 40 })])(
  'every caller gets the first run that starts after its call, and one runs at a time',
  async (scheduler, steps) => {
    let started = 0;
    let running = 0;
    let mostAtOnce = 0;
    const share = shareNext(async () => {
      const run = ++started;
      mostAtOnce = Math.max(mostAtOnce, ++running);
      await scheduler.schedule(Promise.resolve(), `the end of run ${run}`);
      running--;
      return run;
    });

    const calls: { readonly startedBefore: number; readonly run: Promise<number> }[] = [];
    const take = {
      call: () => calls.push({ startedBefore: started, run: share(0) }),
      turn,
      end: () => (scheduler.count() > 0 ? scheduler.waitNext(1) : undefined),
    };
    for (const step of steps) await take[step]();
    const runs = await scheduler.waitFor(Promise.all(calls.map(({ run }) => run)));

    expect(runs).toEqual(calls.map(({ startedBefore }) => startedBefore + 1));
    expect(mostAtOnce).toBe(Math.min(started, 1));
  },
);
