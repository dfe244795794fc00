import { fc, test } from '@quietgate/testkit/property';
import { expect, it } from 'vitest';
import { columnsOf, fitColumns } from './columns.ts';

it.each([
  ['abc', 3],
  ['界', 2],
  ['👩‍🚀', 2],
  ['e\u0301', 1],
  ['·…░█⠀⣿', 6],
])('%s takes %i columns', (text, columns) => {
  expect(columnsOf(text)).toBe(columns);
});

it.each([
  ['abc', 3, 'abc'],
  ['abcd', 3, 'ab…'],
  ['界界界', 5, '界界…'],
  ['界界界', 4, '界…'],
  ['abc', 1, '…'],
  ['abc', 0, ''],
])('%s in %i columns is %s', (text, columns, fitted) => {
  expect(fitColumns(text, columns)).toBe(fitted);
});

test.prop([
  fc.string({
    unit: fc.oneof(
      fc.constantFrom('界', '👩‍🚀', '🇨🇭', '𠀀', 'e\u0301'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    ),
  }),
  fc.nat(40),
])('a text that was cut is no wider than it may be, and begins the whole text', (text, columns) => {
  const fitted = fitColumns(text, columns);
  expect(columnsOf(fitted)).toBeLessThanOrEqual(columns);
  expect(text.startsWith(fitted.replace(/…$/, ''))).toBe(true);
});
