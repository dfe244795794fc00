import { describe, expect, it } from 'vitest';
import { isTransient } from './retry-policy.ts';

describe('isTransient', () => {
  it.for([408, 425, 429, 500, 502, 503, 504, 506, 507, 520, 522, 599])('status %i may pass', (status) => {
    expect(isTransient({ type: 'unavailable', reason: 'http-status', message: '', status })).toBe(true);
  });

  it.for([201, 204, 206, 304, 400, 401, 403, 405, 410, 418, 426, 499, 501, 505, 600, 999])(
    'status %i stays',
    (status) => {
      expect(isTransient({ type: 'unavailable', reason: 'http-status', message: '', status })).toBe(false);
    },
  );

  it.for([
    ['unreachable', true],
    ['request-timeout', true],
    ['not-found', false],
    ['invalid-response', false],
  ] as const)('%s: %s', ([reason, transient]) => {
    expect(isTransient({ type: 'unavailable', reason, message: '' })).toBe(transient);
  });
});

it('a zero out of a cache may pass', () => {
  expect(
    isTransient({ type: 'unavailable', reason: 'invalid-response', message: '', detail: 'cached-zero' }),
  ).toBe(true);
});
