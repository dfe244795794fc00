import { describe, expect, it } from 'vitest';
import { readCordonOptions } from './cordon-options.ts';
import { readAccess } from './request-options.ts';

const access = readAccess({ url: 'https://api.example' });
const read = (leaseMs: number) => readCordonOptions({ token: 'x'.repeat(16), leaseMs }, access);

const LONGEST_LEASE_MS = 2_147_483_000;

describe('readCordonOptions', () => {
  it.for([1000, 2000, LONGEST_LEASE_MS])('takes a lease of %i ms', (leaseMs) => {
    expect(read(leaseMs).leaseMs).toBe(leaseMs);
  });

  it.for([-1000, 0, 999, 1001, 1999.5, LONGEST_LEASE_MS + 1000, Infinity, NaN])(
    'takes no lease of %d ms',
    (leaseMs) => {
      expect(() => read(leaseMs)).toThrow(
        new RangeError(
          `cordon.leaseMs must be whole seconds, from 1000 to ${LONGEST_LEASE_MS} milliseconds, got ${leaseMs}`,
        ),
      );
    },
  );
});
