import { describe, expect, it } from 'vitest';
import { checkToken, readCordon } from './read-cordon.ts';

const LONGEST_LEASE_MS = 2_147_483_000;

describe('readCordon', () => {
  it.for([1000, 2000, LONGEST_LEASE_MS])('takes a lease of %i ms', (leaseMs) => {
    expect(readCordon({ token: 'x'.repeat(16), leaseMs }).leaseMs).toBe(leaseMs);
  });

  it.for([-1000, 0, 999, 1001, 1999.5, LONGEST_LEASE_MS + 1000, Infinity, NaN])(
    'takes no lease of %d ms',
    (leaseMs) => {
      expect(() => readCordon({ token: 'x'.repeat(16), leaseMs })).toThrow(
        new RangeError(
          `cordon.leaseMs must be whole seconds, from 1000 to ${LONGEST_LEASE_MS} milliseconds, got ${leaseMs}`,
        ),
      );
    },
  );
});

describe('checkToken', () => {
  it('takes 16 characters, and not one less', () => {
    expect(() => {
      checkToken('token', 'x'.repeat(16));
    }).not.toThrow();
    expect(() => {
      checkToken('token', 'x'.repeat(15));
    }).toThrow(new RangeError('token must have 16 characters or more'));
  });
});
