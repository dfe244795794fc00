import { fc, test } from '@quietgate/testkit/property';
import { describe, expect, it } from 'vitest';
import { RunRefused, type RunRefusal } from './run-refused.ts';

describe('a run that is refused', () => {
  it('by the cordon says when it comes down, and whom to ask', () => {
    const refused = new RunRefused({ reason: 'cordon', retryAfterMs: 12_001, holders: ['deploy-7'] });
    expect(refused).toBeInstanceOf(Error);
    expect(refused).toMatchObject({
      name: 'RunRefused',
      message: 'no new run may start while a deploy is under way; try again in 13 s',
      reason: 'cordon',
      retryAfterMs: 12_001,
      holders: ['deploy-7'],
      status: 503,
      statusCode: 503,
      expose: true,
      headers: { 'Retry-After': '13' },
    });
  });

  it('by a drain names no holder', () => {
    expect(new RunRefused({ reason: 'drain', retryAfterMs: 30_000 })).toMatchObject({
      message: 'no new run may start here, since this server is shutting down; try again in 30 s',
      reason: 'drain',
      retryAfterMs: 30_000,
      holders: [],
      headers: { 'Retry-After': '30' },
    });
  });

  it('by a drain is tried again in 30 s, whatever its maker says', () => {
    const refused = new RunRefused({ reason: 'drain', retryAfterMs: 900 });
    expect([refused.retryAfterMs, refused.headers]).toEqual([30_000, { 'Retry-After': '30' }]);
  });

  it('answers a fetch handler', async () => {
    const refused = new RunRefused({ reason: 'cordon', retryAfterMs: 900, holders: ['deploy-7'] });
    const response = refused.getResponse();
    expect([response.status, Object.fromEntries(response.headers)]).toEqual([
      503,
      { 'cache-control': 'no-store', 'content-type': 'application/json', 'retry-after': '1' },
    ]);
    expect(await response.json()).toEqual({ error: refused.message });
  });

  test.prop([fc.double({ noNaN: true }), fc.uniqueArray(fc.stringMatching(/^deploy-[A-Z]{3,9}$/))], {
    examples: [
      [-1, ['deploy-ABC']],
      [Infinity, ['deploy-ABC']],
      [30_000.5, ['deploy-ABC']],
    ],
  })('tries again in whole seconds from 1 to 30, and tells strangers of no holder', async (ms, holders) => {
    const refused = new RunRefused({ reason: 'cordon', retryAfterMs: ms, holders });
    const seconds = Number(refused.headers['Retry-After']);
    expect(refused.retryAfterMs).toBe(Math.min(Math.max(ms, 0), 30_000));
    expect(seconds).toBe(Math.max(1, Math.ceil(refused.retryAfterMs / 1000)));
    expect(refused.message).toContain(`in ${seconds} s`);
    const told = `${refused.message}${await refused.getResponse().text()}`;
    expect(holders.filter((holder) => told.includes(holder))).toEqual([]);
  });
});

it.for<[unknown, Error]>([
  [undefined, new TypeError('of must be an object with a reason and retryAfterMs, got undefined')],
  [
    { reason: 'cordon', retryAfter: 1 },
    new TypeError('"retryAfter" is not an option: did you mean "retryAfterMs"?'),
  ],
  [{ reason: 'deploy', retryAfterMs: 1 }, new TypeError('reason must be "cordon" or "drain", got string')],
  [{ reason: 'cordon' }, new TypeError('retryAfterMs must be a number, got undefined')],
  [
    { reason: 'cordon', retryAfterMs: NaN },
    new RangeError('retryAfterMs must be a number of milliseconds, got NaN'),
  ],
  [
    { reason: 'cordon', retryAfterMs: 1, holders: 'a' },
    new TypeError('holders must be an array of strings, got string'),
  ],
])('of %j it is not made', ([of, error]) => {
  expect(() => new RunRefused(of as RunRefusal)).toThrow(error);
});
