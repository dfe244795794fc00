import { expect } from 'vitest';

/** Asserts on what will be so before long: the time of a whole test is left for it. */
export const eventually: typeof expect.poll = (value, options) =>
  expect.poll(value, { interval: 5, timeout: 60_000, ...options });
