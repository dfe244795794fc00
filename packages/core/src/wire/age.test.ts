import { expect, it } from 'vitest';
import { readAge } from './age.ts';

it.for([
  [null, undefined],
  ['', undefined],
  ['0', undefined],
  ['0, 0', undefined],
  ['young', undefined],
  ['-30', undefined],
  ['30', 30],
  ['0, 30', 30],
  ['25, 30', 25],
] as const)('reads %j as %j', ([header, expected]) => {
  expect(readAge(header)).toBe(expected);
});
