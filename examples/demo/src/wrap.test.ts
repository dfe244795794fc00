import { expect, it } from 'vitest';
import { wrap } from './wrap.ts';

it.each([
  ['a bc def', 'a bc def'],
  ['a bc defg hi', 'a bc\ndefg hi'],
  ['a bc\n\ndef', 'a bc\n\ndef'],
  ['/a/path/that/is/long in it', '/a/path/that/is/long\nin it'],
  ['', ''],
])('makes %j %j within eight columns', (text, wrapped) => {
  expect(wrap(text, 8)).toBe(wrapped);
});
