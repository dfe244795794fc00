import { describe, expect, it } from 'vitest';
import { isTransient, retryAfterMs } from './retry-policy.ts';

describe('isTransient', () => {
  it.for([408, 425, 429, 500, 502, 503, 504, 506, 507, 520, 522, 599])('status %i may pass', (status) => {
    expect(isTransient({ reason: 'http-status', message: '', status })).toBe(true);
  });

  it.for([201, 204, 206, 304, 400, 401, 403, 405, 410, 418, 426, 499, 501, 505, 600, 999])(
    'status %i stays',
    (status) => {
      expect(isTransient({ reason: 'http-status', message: '', status })).toBe(false);
    },
  );

  it.for([
    ['unreachable', true],
    ['request-timeout', true],
    ['not-found', false],
    ['invalid-response', false],
  ] as const)('%s: %s', ([reason, transient]) => {
    expect(isTransient({ reason, message: '' })).toBe(transient);
  });
});

it('a zero out of a cache may pass', () => {
  expect(isTransient({ reason: 'invalid-response', message: '', isOutOfCache: true })).toBe(true);
});

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
