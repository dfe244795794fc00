import { test, unicodeString } from '@quietgate/testkit/property';
import { expect, it } from 'vitest';
import { printable } from './printable.ts';

it.each([
  ['t13 a1: failed: it is torn', 't13 a1: failed: it is torn'],
  ['Zürich, 東京, Δ+1 €', 'Zürich, 東京, Δ+1 €'],
  ['a\nlistening on http://evil', 'a\\u{a}listening on http://evil'],
  ['\u001b[2J\u009b2J', '\\u{1b}[2J\\u{9b}2J'],
  ['\u202eabc\u2028\ud800', '\\u{202e}abc\\u{2028}\\u{d800}'],
])('makes %j %j', (text, line) => {
  expect(printable(text)).toBe(line);
});

it('cuts what goes on for too long, and no character in two', () => {
  expect(printable('x'.repeat(2000))).toBe('x'.repeat(2000));
  expect(printable('x'.repeat(2001))).toBe(`${'x'.repeat(2000)}...`);
  expect(printable(`${'x'.repeat(1999)}🚀`)).toBe(`${'x'.repeat(1999)}\\u{d83d}...`);
});

test.prop([unicodeString()])('leaves no control character and no half of one (property)', (text) => {
  expect(printable(text)).not.toMatch(/(?! )[\p{Other}\p{Separator}]/u);
});
