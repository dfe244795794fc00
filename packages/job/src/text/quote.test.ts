import { expect, it } from 'vitest';
import { quote } from './quote.ts';

it('quotes what was typed', () => {
  expect(quote('abc')).toBe('"abc"');
});

it('cuts what is long, escapes what is unsafe, and keeps blanks', () => {
  expect(quote('x'.repeat(100))).toBe(`"${'x'.repeat(79)}…"`);
  expect(quote(' 20s')).toBe('" 20s"');
  expect(quote('\n')).toBe(String.raw`"\u{a}"`);
});

it('shows what is neither', () => {
  expect(quote('100%')).toBe('"100%"');
  expect(quote('\n##[error]')).toBe(String.raw`"\u{a}# #[error]"`);
});

it.each(['https://user:s3cret@host', 's3cret@', 'http://user:s3cret%40h'])('keeps %s to itself', (value) => {
  expect(quote(value)).toBe('something that is not shown, as it may hold a password');
});

it.each([
  ['host/?token=s3cret', '"host/?…"'],
  ['htps://host/#token=s3cret', '"htps://host/#…"'],
  ['host/#a?token=s3cret', '"host/#…"'],
  ['?s3cret', '"?…"'],
  ['#s3cret', '"#…"'],
])('leaves out the query and the fragment of %s', (value, quoted) => {
  expect(quote(value)).toBe(quoted);
});
