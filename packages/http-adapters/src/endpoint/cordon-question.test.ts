import { describe, expect, it } from 'vitest';
import { readCordonQuestion } from './cordon-question.ts';

describe('readCordonQuestion', () => {
  it('reads a lease from one second on, and maxLeaseMs at most', () => {
    const read = (seconds: number) => readCordonQuestion('PUT', `holder=a&seconds=${seconds}`, 60_000);
    const asked = (askedMs: number) => ({ method: 'PUT', holder: 'a', askedMs, lease: undefined });
    expect([read(1), read(2), read(60), read(61)]).toEqual([1000, 2000, 60_000, 60_000].map(asked));
    expect(read(0)).toBe('seconds is a whole number of 1 or more');
  });

  it('asks for the seconds that a raise leaves out', () => {
    expect(readCordonQuestion('PUT', 'holder=a', 60_000)).toBe('seconds is a whole number of 1 or more');
  });

  it('reads GET without any parameter', () => {
    expect(readCordonQuestion('GET', '', 60_000)).toEqual({ method: 'GET' });
    expect(readCordonQuestion('GET', 'holder=a', 60_000)).toBe('GET takes no parameter');
  });
});
