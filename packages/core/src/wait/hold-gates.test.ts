import { describe, expect, it } from 'vitest';
import { createHoldWorld } from '../../test/hold-world.ts';
import { status } from '../../test/scripted-endpoint.ts';
import { holdGates } from './hold-gates.ts';

/** What the gate of one server reports during a roll of 50 s, with the outcome of the time. */
async function reportsOf({ gate, clock }: ReturnType<typeof createHoldWorld>, options = {}) {
  const reports: string[] = [];
  await holdGates(
    gate('a', options),
    () => clock.sleep(50_000),
    (index, report, { outcome }) => reports.push(`${clock.now()} ${index} ${report} ${outcome}`),
  );
  return reports;
}

describe('what a gate reports', () => {
  it('is how it ended, and each renewal that succeeds', async () => {
    expect(await reportsOf(createHoldWorld())).toEqual([
      '0 0 quiet quiet',
      '20000 0 renewed quiet',
      '40000 0 renewed quiet',
    ]);
  });

  it('is no renewal that fails', async () => {
    const world = createHoldWorld();
    world.server('a').instead = ({ method, atMs }) =>
      method === 'PUT' && atMs > 0 ? status(403) : undefined;
    expect(await reportsOf(world)).toEqual(['0 0 quiet quiet']);
  });

  it('is another end than quiet, and nothing of a cordon that it has not', async () => {
    const world = createHoldWorld();
    world.server('a').instead = () => status(404);
    expect(await reportsOf(world, { cordon: false })).toEqual(['0 0 other failed-open']);
  });
});

it('an abort between the last proof and the roll calls the roll off', async () => {
  const { gate, isUp } = createHoldWorld();
  const stop = new AbortController();
  let rolls = 0;
  const holding = holdGates(
    gate('a', { signal: stop.signal }),
    () => rolls++,
    () => {
      stop.abort(new Error('called off'));
    },
  );
  await expect(holding).rejects.toThrow('called off');
  expect(rolls).toBe(0);
  expect(isUp('a')).toBe(false);
});

describe('what becomes of the lease', () => {
  const during = (atMs: number) => ['0 PUT', '0 GET', '0 PUT', `${atMs} PUT`];

  it.each([
    ['lift', 2000, [...during(20_000), '25000 DELETE']],
    ['keep', 'keep', [...during(20_000), '25000 PUT']],
    ['leave', 'leave', during(20_000)],
  ] as const)('is what the roll says: %s', async (_, ending, asked) => {
    const world = createHoldWorld();
    await holdGates(world.gate('a'), async ({ endBy }) => {
      endBy(ending);
      await world.clock.sleep(25_000);
    });
    expect(world.asked('a')).toEqual(asked);
  });

  it('is no renewal to keep it after a 409 has ended the renewals', async () => {
    const world = createHoldWorld();
    world.server('a').instead = ({ method, atMs }) =>
      method === 'PUT' && atMs === 20_000 ? status(409) : undefined;
    await holdGates(world.gate('a'), async ({ endBy }) => {
      endBy('keep');
      await world.clock.sleep(25_000);
    });
    expect(world.asked('a')).toEqual(during(20_000));
  });

  it('is to be released where the roll fails, whatever it said', async () => {
    const world = createHoldWorld();
    const rolled = holdGates(world.gate('a'), ({ endBy }) => {
      endBy('keep');
      throw new Error('called off');
    });
    await expect(rolled).rejects.toThrow('called off');
    expect(world.asked('a')).toEqual(['0 PUT', '0 GET', '0 PUT', '0 DELETE']);
  });
});
