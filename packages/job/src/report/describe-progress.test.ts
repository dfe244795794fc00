import { fc, test } from '@quietgate/testkit/property';
import { expect, it } from 'vitest';
import { describeCount } from './describe-progress.ts';

it.each([
  [{ count: 0, ids: ['a'] }, 'nothing in flight'],
  [{ count: 2, ids: [] }, '2 in flight'],
  [{ count: 2, ids: ['b', 'a'] }, '2 in flight: a, b'],
  [{ count: 2, ids: ['a', ' \u00a0'] }, '2 in flight: (blank), a'],
  [{ count: 7, ids: ['f', 'e', 'd', 'c', 'b', 'a'] }, '7 in flight: a, b, c, d, e and 2 more'],
])('%j is "%s"', (count, text) => {
  expect(describeCount(count)).toBe(text);
});

test.prop([fc.array(fc.stringMatching(/^[a-z0-9]{1,8}$/), { minLength: 1 }), fc.nat(1000)])(
  'shows the first five in code-unit order, in whatever order they came',
  (ids, more) => {
    const first = [...ids].sort().slice(0, 5);
    const rest = ids.length + more - first.length;
    expect(describeCount({ count: ids.length + more, ids })).toBe(
      `${ids.length + more} in flight: ${first.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`,
    );
  },
);
