import { describe, expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

describe('retryAfterMs', () => {
  it.for([
    ['0', 0],
    ['1', 1000],
    ['007', 7000],
    ['86400', 86_400_000],
  ] as const)('reads %s seconds', ([header, expected]) => {
    expect(retryAfterMs(503, header)).toBe(expected);
    expect(retryAfterMs(429, header)).toBe(expected);
  });

  it.for([null, '', '-1', '+1', '1.5', '1e3', '0x10', '1s', 'Wed, 21 Oct 2026 07:28:00 GMT', '\u0661'])(
    'ignores %j',
    (header) => {
      expect(retryAfterMs(503, header)).toBeUndefined();
    },
  );

  it.for([408, 425, 500, 502, 504])('ignores it on a %i', (status) => {
    expect(retryAfterMs(status, '1')).toBeUndefined();
  });
});
