import { expect, test } from 'vitest';
import { watchCoverage } from './coverage.ts';
import { fuzz } from './fuzz.ts';
import { randomFrom } from './mutate.ts';
import { readMagic } from './planted-fault.ts';
import type { FuzzTarget } from './targets.ts';

const target: FuzzTarget = {
  name: 'planted-fault',
  corpus: 'none',
  path: '/planted-fault.ts',
  dictionary: [],
  run: readMagic,
};

// Here, because whichever test comes second finds the target called before.
const coverage = await watchCoverage(target.path);

test('the fuzzer finds a fault step by step', async () => {
  const { broken, found } = await fuzz(target, {
    coverage,
    corpus: [],
    random: randomFrom(1),
    goOn: (runs) => runs < 1_000_000,
  });
  expect(broken).toMatchObject({ error: new Error('the planted fault') });
  expect([...(broken?.bytes.subarray(0, 4) ?? [])]).toEqual([0x71, 0x67, 0x00, 0xff]);
  expect(found.length).toBeGreaterThanOrEqual(3);
});

test('does not find it with no eye on the code', async () => {
  const { broken, runs } = await fuzz(target, {
    coverage: { taken: () => Promise.resolve([]) },
    corpus: [],
    random: randomFrom(1),
    goOn: (soFar) => soFar < 100_000,
  });
  expect(broken).toBeUndefined();
  expect(runs).toBeGreaterThanOrEqual(100_000);
});
