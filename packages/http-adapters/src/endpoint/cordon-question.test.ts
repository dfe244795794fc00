import { HOLDER_RULE } from '@quietgate/core/internal';
import { describe, expect, it } from 'vitest';
import { readCordonQuestion } from './cordon-question.ts';

const PUT_TAKES = 'PUT takes holder and seconds, and lease to renew, each once';
const DELETE_TAKES = 'DELETE takes holder, once';
const SECONDS = 'seconds is a whole number of 1 or more';

describe('readCordonQuestion', () => {
  it('reads a lease from one second on, and maxLeaseMs at most', () => {
    const read = (seconds: number) => readCordonQuestion('PUT', `holder=a&seconds=${seconds}`, 60_000);
    const asked = (askedMs: number) => ({ method: 'PUT', holder: 'a', askedMs, lease: undefined });
    expect([read(1), read(2), read(60), read(61)]).toEqual([1000, 2000, 60_000, 60_000].map(asked));
    expect(read(0)).toBe(SECONDS);
  });

  it('reads a renewal, and a release of one lease or of all', () => {
    expect(readCordonQuestion('PUT', 'lease=b&seconds=5&holder=a', 60_000)).toEqual({
      method: 'PUT',
      holder: 'a',
      askedMs: 5000,
      lease: 'b',
    });
    expect(['a', '*'].map((holder) => readCordonQuestion('DELETE', `holder=${holder}`, 60_000))).toEqual([
      { method: 'DELETE', holder: 'a' },
      { method: 'DELETE', holder: '*' },
    ]);
  });

  it.for<['PUT' | 'DELETE', string, string]>([
    ['PUT', 'holder=a&seconds=5&ttl=5', PUT_TAKES],
    ['PUT', 'holder=a&seconds=5&seconds=5', PUT_TAKES],
    ['PUT', 'seconds=5', PUT_TAKES],
    ['PUT', 'holder=*&seconds=5', `holder is ${HOLDER_RULE}`],
    ['PUT', 'holder=a', SECONDS],
    ['PUT', 'holder=a&seconds=1e3', SECONDS],
    ['PUT', 'holder=a&seconds=%2B5', SECONDS],
    ['DELETE', 'holder=a&seconds=5', DELETE_TAKES],
    ['DELETE', 'holder=a&holder=b', DELETE_TAKES],
    ['DELETE', '', DELETE_TAKES],
    ['DELETE', 'holder=', `holder is ${HOLDER_RULE}, or * for all of them`],
  ])('says of %s ?%s what is wrong', ([method, query, expected]) => {
    expect(readCordonQuestion(method, query, 60_000)).toBe(expected);
  });

  it('reads GET without any parameter', () => {
    expect(readCordonQuestion('GET', '', 60_000)).toEqual({ method: 'GET' });
    expect(readCordonQuestion('GET', 'holder=a', 60_000)).toBe('GET takes no parameter');
  });
});
