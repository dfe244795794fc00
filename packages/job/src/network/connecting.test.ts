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
    [0, 0, 10],
  ])('with %i ms left for %i addresses is %i ms', (msLeft, addresses, expected) => {
    expect(attemptMs(msLeft, addresses)).toBe(expected);
  });
});

describe('connectingTo', () => {
  it('asks the name server once, shares what is left after it, and begins where it was before', async () => {
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
    const options = await connectingTo('console.test', () => 3000, new Set(['192.0.2.2']));
    expect(options).toMatchObject({ autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 1500 });
    const found = vi.fn();
    options.lookup?.('console.test', { all: true }, found);
    expect(found).toHaveBeenCalledExactlyOnceWith(null, addresses.toReversed());
    expect(lookup).toHaveBeenCalledExactlyOnceWith('console.test', { all: true }, expect.anything());
  });

  it('fails as the lookup does', async () => {
    const failure = new Error('getaddrinfo ENOTFOUND console.test');
    vi.spyOn(dns, 'lookup').mockImplementation(((_: unknown, __: unknown, found: (of: Error) => void) => {
      found(failure);
    }) as never);
    await expect(connectingTo('console.test', () => 3000, new Set())).rejects.toBe(failure);
  });

  it('leaves an address to the connection', async () => {
    expect(await connectingTo('::1', () => 3000, new Set())).toEqual({});
  });
});
