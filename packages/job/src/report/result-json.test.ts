import { fc, test, unicodeString } from '@quietgate/testkit/property';
import type { QuietResult } from '@quietgate/core';
import { expect, it } from 'vitest';
import { asciiJson, resultJson } from './result-json.ts';

const idsArb = fc.array(
  fc.oneof(unicodeString(), fc.constantFrom('##[error]', '\u2028', '\u009b', '\ud800')),
);

test.prop([fc.nat(), idsArb])(
  'is one line of plain ASCII without ##, and reads back as it was',
  (count, ids) => {
    const result: QuietResult = { outcome: 'timed-out', polls: 1, elapsedMs: 1, lastSeen: { count, ids } };
    const json = resultJson(result);
    expect(json).toMatch(/^\{[ -~]*\}$/);
    expect(json).not.toContain('##');
    expect(JSON.parse(json)).toEqual(result);
  },
);

it.each(['##', '###', '####'])('writes no %s', (hashes) => {
  expect(asciiJson(hashes)).not.toContain('##');
  expect(JSON.parse(asciiJson(hashes))).toBe(hashes);
});

const failed = (cause: unknown): QuietResult => ({
  outcome: 'failed-open',
  reason: 'unreachable',
  message: 'no',
  cause,
  polls: 1,
  elapsedMs: 1,
});

it.each<[cause: unknown, plain: unknown]>([
  [
    new Error('a', { cause: new TypeError('b') }),
    { name: 'Error', message: 'a', cause: { name: 'TypeError', message: 'b' } },
  ],
  [
    Object.assign(new Error('a'), { code: 'ECONNREFUSED' }),
    { name: 'Error', message: 'a', code: 'ECONNREFUSED' },
  ],
  [Object.assign(new Error('a'), { code: 7 }), { name: 'Error', message: 'a' }],
  ['thrown', 'thrown'],
  [42n, '42'],
])('writes the cause %o', (cause, plain) => {
  expect(JSON.parse(resultJson(failed(cause)))).toEqual({ ...failed(undefined), cause: plain });
});

it('ends with a cause that goes round in circles', () => {
  const error = new Error('round');
  error.cause = error;
  expect(resultJson(failed(error))).toContain('round');
});
