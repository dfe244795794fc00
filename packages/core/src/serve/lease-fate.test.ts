import { expect, it } from 'vitest';
import { createVirtualClock } from '../testing/virtual-clock.ts';
import { createCordon } from './create-cordon.ts';
import { fatesOf } from './lease-fate.ts';

it('of each lease of a cordon is known', async () => {
  const clock = createVirtualClock({ autoAdvance: false });
  const cordon = createCordon({ clock });
  const ids = [
    cordon.raise('lasts', 9_000),
    cordon.raise('released', 9_000),
    cordon.raise('expired', 1_000),
  ].map(({ id }) => id);
  await clock.advance(1_000);
  cordon.lift('released');
  expect(ids.map((id) => fatesOf(cordon)?.(id))).toEqual(['lasts', 'released', 'expired']);
});

it('of a lease that expired alone is not that of any other', async () => {
  const clock = createVirtualClock({ autoAdvance: false });
  const cordon = createCordon({ clock });
  const { id } = cordon.raise('deploy-7', 1_000);
  await clock.advance(1_000);
  expect(fatesOf(cordon)?.(id)).toBe('expired');
});

it('is found where another copy of the package has made the cordon, and nowhere else', () => {
  const fateOf = () => 'lasts';
  expect(fatesOf({ [Symbol.for('quietgate.lease-fate')]: fateOf })).toBe(fateOf);
  expect(fatesOf({})).toBeUndefined();
});
