import { expect, it } from 'vitest';
import { readDuration } from './readers.ts';
import { value } from './table.ts';

it('a default is read as what a user gives is, and named where it is wrong', () => {
  expect(value(readDuration, '20s', { meaning: 'from one check to the next' }).read([])).toBe(20_000);
  expect(() => value(readDuration, 'soon', { meaning: 'from one check to the next' }).read([])).toThrow(
    /^the default takes a duration, .*, got "soon"$/,
  );
});
