import { expect, it } from 'vitest';
import { paintFor } from './paint.ts';

it('colours on a terminal', () => {
  expect(paintFor(true, undefined)('green', 'quiet')).toBe('\u001b[32mquiet\u001b[39m');
  expect(paintFor(true, '')('green', 'quiet')).toBe('\u001b[32mquiet\u001b[39m');
});

it('does not colour in a log, nor for a user who asked for none', () => {
  expect(paintFor(false, undefined)('green', 'quiet')).toBe('quiet');
  expect(paintFor(true, '1')('green', 'quiet')).toBe('quiet');
});
