import { expect, it } from 'vitest';
import { parseUnknown } from './unknown.ts';

it.for([
  ['1', 1],
  ['150', 150],
  ['0', undefined],
  ['', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['many', undefined],
  ['1, 2', undefined],
  [null, undefined],
] as const)('reads %j as %s', ([header, expected]) => {
  expect(parseUnknown(header)).toBe(expected);
});
