import { expect, it } from 'vitest';
import { until } from './until.ts';

it('looks until something is there', async () => {
  const looks = [undefined, undefined, 'found', 'too late'];
  expect(await until('it is found', 60_000, () => Promise.resolve(looks.shift()))).toBe('found');
});

it('gives up at its limit and says what did not happen', async () => {
  await expect(until('pigs fly', 0, () => Promise.resolve(undefined))).rejects.toThrow(
    'within 0 s it did not happen that pigs fly',
  );
});

it('is called off by its signal', async () => {
  const stop = new AbortController();
  const probe = () => {
    stop.abort();
    return Promise.resolve(undefined);
  };
  await expect(until('pigs fly', 60_000, probe, stop.signal)).rejects.toThrow('aborted');
});
