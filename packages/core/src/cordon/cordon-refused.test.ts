import { expect, it } from 'vitest';
import { CordonRefused } from './cordon-refused.ts';

it('is an error with a name of its own', () => {
  const refused = new CordonRefused('lifted');
  expect(refused).toBeInstanceOf(Error);
  expect(String(refused)).toBe('CordonRefused: lifted');
});
