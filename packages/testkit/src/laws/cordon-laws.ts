import { fatesOf } from '@quietgate/core/internal';
import { describe, expect, it } from 'vitest';
import { fc, test } from '../property.ts';

type Awaitable<T> = T | Promise<T>;

/** A cordon of any store, as far as its laws look at it. */
export interface CordonUnderTest {
  raise(holder: string, leaseMs: number, renews?: string): Awaitable<{ id: string; leaseMs: number }>;
  lift(holder: string): Awaitable<void>;
  remainingMs(): Awaitable<number>;
  holders(): Awaitable<readonly string[]>;
  admit<T>(start: () => T): Awaitable<T>;
}

/** A cordon that was never up, and the time that it goes by. */
export interface CordonHost {
  readonly cordon: CordonUnderTest;
  /** Moves its time on. */
  readonly pass: (ms: number) => Awaitable<void>;
}

/** How long the cordons of the laws may be up, and have to rest. */
export interface CordonLimits {
  readonly maxUpMs: number;
  readonly restMs: number;
}

const LIMITS: CordonLimits = { maxUpMs: 60_000, restMs: 5_000 };

const CORDON_REFUSED: unknown = expect.objectContaining({ name: 'CordonRefused' });

const stateOf = async ({ cordon }: CordonHost) => ({
  remainingMs: await cordon.remainingMs(),
  holders: await cordon.holders(),
});

const DOWN = { remainingMs: 0, holders: [] };

const holderArb = fc.constantFrom('a', 'B', 'c');
const stepArb = fc.oneof(
  fc.record({ raises: holderArb, leaseMs: fc.integer({ min: 1, max: 9_000 }) }),
  fc.record({ lifts: fc.oneof(holderArb, fc.constant('*')) }),
  fc.record({ passMs: fc.constantFrom(1, 999, 1_000, 4_000) }),
);

/**
 * What holds for a cordon in any store.
 *
 * @param open makes a cordon of its own with these limits, whose time stands still until it is moved on
 * @param numRuns of the property, where the store is slow
 */
export function cordonLaws(
  name: string,
  open: (limits: CordonLimits) => Awaitable<CordonHost>,
  numRuns?: number,
): void {
  describe(`the laws of a cordon hold for ${name}:`, () => {
    it('it is up while any lease lasts, and says whose do', async () => {
      const host = await open(LIMITS);
      const { cordon, pass } = host;
      expect(await stateOf(host)).toEqual(DOWN);
      await cordon.raise('a', 2_000);
      await cordon.raise('B', 1_000);
      expect(await stateOf(host)).toEqual({ remainingMs: 2_000, holders: ['B', 'a'] });
      await pass(1_000);
      expect(await stateOf(host)).toEqual({ remainingMs: 1_000, holders: ['a'] });
      await pass(1_000);
      expect(await stateOf(host)).toEqual(DOWN);
    });

    it('a lease has the same id for as long as it lasts, and a new one when it begins anew', async () => {
      const { cordon, pass } = await open(LIMITS);
      const first = await cordon.raise('a', 2_000);
      expect(first.leaseMs).toBe(2_000);
      await pass(1_999);
      expect(await cordon.raise('a', 3_000, first.id)).toEqual({ id: first.id, leaseMs: 3_000 });
      await pass(3_000);
      const second = await cordon.raise('a', 1_000, first.id);
      expect(second.id).not.toBe(first.id);
      expect((await cordon.raise('b', 1_000)).id).not.toBe(second.id);
    });

    it('a holder shortens its own lease by renewing for less, and nobody else’s', async () => {
      const host = await open(LIMITS);
      const { cordon } = host;
      await cordon.raise('a', 9_000);
      await cordon.raise('b', 5_000);
      await cordon.raise('a', 1_000);
      expect(await stateOf(host)).toEqual({ remainingMs: 5_000, holders: ['a', 'b'] });
    });

    it('what is lifted is gone, and is not renewed for as long as the cordon may be up', async () => {
      const host = await open(LIMITS);
      const { cordon, pass } = host;
      const { id } = await cordon.raise('a', 9_000);
      await cordon.raise('b', 9_000);
      await cordon.lift('nobody');
      await cordon.lift('a');
      expect(await cordon.holders()).toEqual(['b']);
      await cordon.lift('*');
      expect(await stateOf(host)).toEqual(DOWN);
      await pass(LIMITS.maxUpMs - 1);
      await expect(attempt(() => cordon.raise('a', 9_000, id))).rejects.toEqual(CORDON_REFUSED);
      expect(await stateOf(host)).toEqual(DOWN);
      await pass(1);
      expect((await cordon.raise('a', 9_000, id)).leaseMs).toBe(9_000);
    });

    it('a holder whose lease was lifted may begin another one', async () => {
      const { cordon } = await open(LIMITS);
      const { id } = await cordon.raise('a', 9_000);
      await cordon.lift('a');
      expect((await cordon.raise('a', 9_000)).id).not.toBe(id);
    });

    it('it knows whether a lease lasts, was released or has expired', async () => {
      const { cordon, pass } = await open(LIMITS);
      const fateOf = fatesOf(cordon);
      const ids: string[] = [];
      for (const holder of ['a', 'b', 'c']) ids.push((await cordon.raise(holder, 9_000)).id);
      const fates = () => Promise.all(ids.map(async (id) => fateOf?.(id)));
      await cordon.lift('a');
      await cordon.raise('c', 20_000);
      await pass(8_999);
      expect(await fates()).toEqual(['released', 'lasts', 'lasts']);
      await pass(1);
      expect(await fates()).toEqual(['released', 'expired', 'lasts']);
    });

    it('it is up for so long in a row, gaps included, and then has to rest', async () => {
      const { cordon, pass } = await open(LIMITS);
      expect((await cordon.raise('a', 50_000)).leaseMs).toBe(50_000);
      await pass(50_000 + LIMITS.restMs - 1);
      expect((await cordon.raise('b', 50_000)).leaseMs).toBe(LIMITS.maxUpMs - 50_000 - LIMITS.restMs + 1);
      await pass(LIMITS.maxUpMs - 50_000 - LIMITS.restMs - 998);
      await expect(attempt(() => cordon.raise('c', 50_000))).rejects.toEqual(CORDON_REFUSED);
      await pass(999 + LIMITS.restMs);
      expect((await cordon.raise('c', 90_000)).leaseMs).toBe(LIMITS.maxUpMs);
    });

    it('it admits a run while it is down, and refuses one while it is up', async () => {
      const { cordon, pass } = await open(LIMITS);
      const started: number[] = [];
      const start = (number: number) => () => started.push(number);
      expect(await cordon.admit(start(1))).toBe(1);
      await cordon.raise('b', 40_000);
      await cordon.raise('a', 7_000);
      const refusal = (retryAfterMs: number, holders: string[]) => ({
        name: 'RunRefused',
        reason: 'cordon',
        retryAfterMs,
        holders,
      });
      await expect(attempt(() => cordon.admit(start(2)))).rejects.toMatchObject(refusal(30_000, ['a', 'b']));
      await pass(38_500);
      await expect(attempt(() => cordon.admit(start(3)))).rejects.toMatchObject(refusal(1_500, ['b']));
      await pass(1_500);
      expect(await cordon.admit(start(4))).toBe(2);
      expect(started).toEqual([1, 4]);
    });

    it('it passes on what a start throws', async () => {
      const { cordon } = await open(LIMITS);
      const reason = new Error('no such template');
      const start = () => {
        throw reason;
      };
      await expect(attempt(() => cordon.admit(start))).rejects.toBe(reason);
    });

    it.for<[unknown, unknown, string]>([
      [7, 1_000, 'TypeError'],
      ['*', 1_000, 'TypeError'],
      ['a', '1000', 'TypeError'],
      ['a', 0.5, 'RangeError'],
      ['a', NaN, 'RangeError'],
      ['a', Infinity, 'RangeError'],
    ])('raise(%j, %j) raises nothing', async ([holder, leaseMs, error]) => {
      const host = await open(LIMITS);
      const raise = () => host.cordon.raise(holder as string, leaseMs as number);
      await expect(attempt(raise)).rejects.toMatchObject({ name: error });
      expect(await stateOf(host)).toEqual(DOWN);
    });

    test.prop([fc.array(stepArb, { maxLength: 15 })], numRuns === undefined ? {} : { numRuns })(
      'each lease lasts for as long as it was granted, unless it is lifted',
      async (steps) => {
        const host = await open({ maxUpMs: 3_600_000, restMs: 0 });
        const { cordon, pass } = host;
        const ends = new Map<string, number>();
        let now = 0;
        for (const step of steps) {
          if ('passMs' in step) {
            now += step.passMs;
            await pass(step.passMs);
          } else if ('lifts' in step) {
            if (step.lifts === '*') ends.clear();
            ends.delete(step.lifts);
            await cordon.lift(step.lifts);
          } else {
            ends.set(step.raises, now + step.leaseMs);
            expect((await cordon.raise(step.raises, step.leaseMs)).leaseMs).toBe(step.leaseMs);
          }
          const lasting = [...ends].filter(([, endsAt]) => endsAt > now);
          expect(await stateOf(host)).toEqual({
            remainingMs: Math.max(0, ...lasting.map(([, endsAt]) => endsAt - now)),
            holders: lasting.map(([holder]) => holder).sort(),
          });
        }
      },
    );
  });
}

/** What throws or rejects rejects. */
async function attempt<T>(work: () => Awaitable<T>): Promise<T> {
  return await work();
}
