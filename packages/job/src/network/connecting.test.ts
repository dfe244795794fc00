import dns from 'node:dns';
import { fc, test } from '@quietgate/testkit/property';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { attemptMs, connectingTo } from './connecting.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the time for one address', () => {
  test.prop([fc.integer({ min: 1000, max: 60_000 }), fc.integer({ min: 2, max: 20 })])(
    'leaves each of the others as much',
    (msLeft, addresses) => {
      const ms = attemptMs(msLeft, addresses);
      expect(ms * addresses).toBeLessThanOrEqual(msLeft);
      expect(ms).toBeLessThanOrEqual(3000);
    },
  );

  it.each([
    [3000, 2, 1500],
    [10_000, 2, 3000],
    [-5, 2, 10],
    [10_000, 0, 3000],
  ])('with %i ms left for %i addresses is %i ms', (msLeft, addresses, expected) => {
    expect(attemptMs(msLeft, addresses)).toBe(expected);
  });
});

describe('connectingTo', () => {
  it('asks the name server once, and shares what is left after it', async () => {
    const addresses = [
      { address: '192.0.2.1', family: 4 },
      { address: '192.0.2.2', family: 4 },
    ];
    const lookup = vi.spyOn(dns, 'lookup').mockImplementation(((
      _: unknown,
      __: unknown,
      found: (...of: unknown[]) => void,
    ) => {
      found(null, addresses);
    }) as never);
    const options = await connectingTo('console.test', () => 3000, new Set());
    expect(options).toMatchObject({ autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 1500 });
    const found = vi.fn();
    options.lookup?.('console.test', { all: true }, found);
    expect(found).toHaveBeenCalledExactlyOnceWith(null, addresses);
    expect(lookup).toHaveBeenCalledOnce();
  });

  it('leaves an address to the connection', async () => {
    expect(await connectingTo('::1', () => 3000, new Set())).toEqual({});
  });
});
