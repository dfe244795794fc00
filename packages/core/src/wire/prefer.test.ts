import { fc, test, unicodeString } from '@quietgate/testkit/property';
import { describe, expect, it } from 'vitest';
import { appliedWait, formatWait, parseWait } from './prefer.ts';

const tokenArb = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}$/);
const quotedArb = fc.string().map((text) => `"${text.replace(/["\\]/g, (special) => `\\${special}`)}"`);
const blanksArb = fc.constantFrom('', ' ', '\t', '  \t');
const valueArb = fc
  .tuple(blanksArb, blanksArb, fc.oneof(tokenArb, quotedArb))
  .map(([before, after, word]) => `${before}=${after}${word}`);
const parametersArb = fc
  .array(fc.tuple(blanksArb, blanksArb, tokenArb, fc.option(valueArb, { nil: '' })))
  .map((parameters) =>
    parameters
      .map((parts) => parts.join(''))
      .map((parameter) => `;${parameter}`)
      .join(''),
  );

/** A preference of another name, with all that the grammar allows. */
const otherArb = fc
  .tuple(
    tokenArb.filter((name) => name.toLowerCase() !== 'wait'),
    fc.option(valueArb, { nil: '' }),
    parametersArb,
  )
  .map((parts) => parts.join(''));

const waitNameArb = fc.mixedCase(fc.constant('wait'));
const secondsArb = fc.nat({ max: Number.MAX_SAFE_INTEGER });

/** A `wait`, and the seconds that it was made with. */
const waitArb = fc
  .tuple(waitNameArb, blanksArb, blanksArb, secondsArb, fc.boolean(), parametersArb)
  .map(([name, before, after, seconds, quoted, parameters]) => ({
    seconds,
    text: `${name}${before}=${after}${quoted ? `"${seconds}"` : seconds}${parameters}`,
  }));

/** A `wait` that asks for no whole number of seconds. */
const otherWaitArb = fc
  .tuple(waitNameArb, fc.option(valueArb, { nil: '' }))
  .map((parts) => parts.join(''))
  .filter((text) => !/=\s*"?(?:\\?\d)+"?$/.test(text));

const listOf = (...members: string[]) => members.join(', ');

describe('parseWait', () => {
  test.prop([
    fc.array(otherArb),
    waitArb,
    fc.array(
      fc.oneof(
        otherArb,
        waitArb.map(({ text }) => text),
      ),
    ),
  ])('reads the first wait, whatever stands before and behind it', (before, { text, seconds }, behind) => {
    expect(parseWait(listOf(...before, text, ...behind))).toBe(seconds);
  });

  test.prop([fc.array(otherArb)])('finds none among other preferences', (preferences) => {
    expect(parseWait(listOf(...preferences))).toBeUndefined();
  });

  test.prop([fc.array(otherArb), otherWaitArb, waitArb])(
    'ignores a later wait when the first asks for no whole seconds',
    (before, first, { text }) => {
      expect(parseWait(listOf(...before, first, text))).toBeUndefined();
    },
  );

  test.prop([unicodeString()])('takes whatever a client sends', (prefer) => {
    expect(parseWait(prefer)).toSatisfy(
      (wait: unknown) => wait === undefined || (Number.isSafeInteger(wait) && Number(wait) >= 0),
    );
  });

  test.prop([secondsArb])('reads back what formatWait writes', (seconds) => {
    expect(parseWait(formatWait(seconds))).toBe(seconds);
    expect(appliedWait(formatWait(seconds))).toBe(seconds);
  });

  it.for<[string, number]>([
    ['wait=0', 0],
    ['wait=20', 20],
    ['wait=007', 7],
    ['Wait=20', 20],
    ['wait="20"', 20],
    ['wait="\\2\\0"', 20],
    [' \twait \t=\t 20 \t', 20],
    ['wait=20;', 20],
    ['wait=20; a="b;c"; d', 20],
    [', ,,wait=20,', 20],
    ['respond-async, wait=20', 20],
    ['a="b, wait=1, c", wait=20', 20],
    ['a="\\", wait=1", wait=20', 20],
    ['a=b; c="d, wait=1", wait=20', 20],
    ['wait=20, wait=30', 20],
    ['not a preference, wait=20', 20],
    ['=, ;, wait=20', 20],
    ['wait=9007199254740993', Number.MAX_SAFE_INTEGER],
    [`wait=${'9'.repeat(400)}`, Number.MAX_SAFE_INTEGER],
  ])('reads %j', ([prefer, seconds]) => {
    expect(parseWait(prefer)).toBe(seconds);
  });

  it.for([
    '',
    'wait',
    'wait=',
    'wait=""',
    'wait;a=1',
    'wait;wait=5',
    'wait=-1',
    'wait=+1',
    'wait=1.5',
    'wait=1e3',
    'wait=0x10',
    'wait=5s',
    'wait=5 s',
    'wait=5=5',
    'wait="5',
    'wait="5"5',
    'wait=" 5"',
    "wait='5'",
    'wait=\u0665',
    'wait\u00a0=5',
    'x wait=5',
    '"wait"=5',
    'waits=5',
    'await=5',
    'wait[]=5',
    'a;wait=5',
    'a="b, wait=5',
    'a="b\\", wait=5',
    'a="b"; c="d, wait=5',
    'wait, wait=5',
    'wait=x, wait=5',
  ])('finds no whole seconds in %j', (prefer) => {
    expect(parseWait(prefer)).toBeUndefined();
  });

  it.for([null, undefined])('takes %s as no header', (prefer) => {
    expect(parseWait(prefer)).toBeUndefined();
    expect(appliedWait(prefer)).toBeUndefined();
  });
});

describe('appliedWait', () => {
  it.for<[string, number | undefined]>([
    ['wait=25', 25],
    ['respond-async, Wait="25"', 25],
    ['respond-async', undefined],
    ['wait', undefined],
  ])('reads %j', ([preferenceApplied, seconds]) => {
    expect(appliedWait(preferenceApplied)).toBe(seconds);
  });
});
