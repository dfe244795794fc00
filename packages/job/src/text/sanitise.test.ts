import { fc, test, unicodeString } from '@quietgate/testkit/property';
import { describe, expect, it } from 'vitest';
import { sanitise } from './sanitise.ts';

/** Any text, rich in what is dangerous. */
const textArb = fc
  .array(
    fc.oneof(
      unicodeString(),
      fc.constantFrom(
        '\n',
        '\r',
        '\u001b[2J',
        '\u009b',
        '\u0085',
        '\u2028',
        '\u2029',
        '\u202e',
        '\u200b',
        '\ufeff',
        '\u2066',
        '\u0007',
        '🚀',
      ),
      fc.constantFrom('::', '##[', '##', ' ', '\t', '\u00a0', '::error::', '\ud800', '\udc00', '\u{e0041}'),
      fc.constantFrom('\ue000', '\u0378', '\u034f', '\u115f', '\u3164', '\ufe0f'),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(''));
const maxLengthArb = fc.integer({ min: 1, max: 300 });

describe('whatever the text is, the result', () => {
  test.prop([textArb, maxLengthArb])('is no longer than it may be', (text, maxLength) => {
    expect(sanitise(text, maxLength).length).toBeLessThanOrEqual(maxLength);
  });

  test.prop([textArb])('holds nothing that ends a line, moves a cursor or hides text', (text) => {
    expect(sanitise(text)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
  });

  test.prop([textArb])('is no command to a CI runner', (text) => {
    const line = sanitise(text);
    expect(line.trim()).not.toMatch(/^::/);
    expect(line).not.toContain('##');
  });

  test.prop([textArb, maxLengthArb])('is left alone by a second pass', (text, maxLength) => {
    const once = sanitise(text, maxLength);
    expect(sanitise(once, maxLength)).toBe(once);
  });
});

test.prop([fc.stringMatching(/^[a-z0-9][a-z0-9._/ -]{0,60}$/)])('leaves harmless text as it is', (text) => {
  expect(sanitise(text)).toBe(text);
});

it('cuts between characters, and marks the cut', () => {
  expect(sanitise('abcdef', 4)).toBe('abc…');
  expect(sanitise('abc😀def', 5)).toBe('abc…');
  expect(sanitise('abcdef', 6)).toBe('abcdef');
});

it('keeps letters of every script', () => {
  expect(sanitise('Zürich 東京 عمّان')).toBe('Zürich 東京 عمّان');
});
