import { fc, test } from '@quietgate/testkit/property';
import { describe, expect, it } from 'vitest';
import { checkNames, nearestName } from './check-names.ts';

const NAMES = ['url', 'source', 'intervalMs', 'maxWaitMs', 'retries', 'onUnavailable'];

describe('checkNames', () => {
  it('takes every option, and none', () => {
    expect(() => {
      checkNames(Object.fromEntries(NAMES.map((name) => [name, undefined])), NAMES);
      checkNames({}, NAMES);
    }).not.toThrow();
  });

  it.for([
    ['interval', 'intervalMs'],
    ['interval-ms', 'intervalMs'],
    ['maxWait', 'maxWaitMs'],
    ['maxwaitms', 'maxWaitMs'],
    ['retrys', 'retries'],
    ['uri', 'url'],
    ['onUnavaliable', 'onUnavailable'],
  ])('names the nearest to %s: %s', ([given, meant]) => {
    expect(() => {
      checkNames({ [given]: 5 }, NAMES);
    }).toThrow(new TypeError(`there is no option "${given}": did you mean ${meant}?`));
  });

  it('lists them all where none is near', () => {
    expect(() => {
      checkNames({ colour: 'green' }, NAMES);
    }).toThrow(
      new TypeError(
        'there is no option "colour": the options are url, source, intervalMs, maxWaitMs, retries, onUnavailable',
      ),
    );
  });
});

describe('nearestName', () => {
  test.prop([fc.constantFrom(...NAMES), fc.nat({ max: 20 }), fc.string({ maxLength: 1 })])(
    'finds a name in which one character is another, or missing',
    (name, at, character) => {
      fc.pre(name.length > 3);
      const misspelt = name.slice(0, at % name.length) + character + name.slice((at % name.length) + 1);
      expect(nearestName(misspelt, NAMES)).toBe(name);
    },
  );

  it('is soon done with a name of any length', () => {
    expect(nearestName('x'.repeat(1e6), NAMES)).toBeUndefined();
  });
});
