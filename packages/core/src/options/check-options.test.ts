import { fc, test as property } from '@quietgate/testkit/property';
import { describe, expect, test } from 'vitest';
import { checkOptions } from './check-options.ts';

const KNOWN = ['intervalMs', 'maxWaitMs', 'url', 'longPoll'];

describe('checkOptions', () => {
  test.each([
    ['interval', 'intervalMs'],
    ['IntervalMS', 'intervalMs'],
    ['maxwait', 'maxWaitMs'],
    ['uri', 'url'],
    ['pollLong', 'longPoll'],
    ['longPolls', 'longPoll'],
    ['', 'url'],
    ['__proto', 'url'],
    ['interMs', 'intervalMs'],
    ['maxPoll', 'longPoll'],
  ])('names the option that is nearest to %j', (name, nearest) => {
    expect(() => {
      checkOptions('options', { url: 'a', [name]: 1 }, 'an object', KNOWN);
    }).toThrow(new TypeError(`${JSON.stringify(name)} is not an option: did you mean "${nearest}"?`));
  });

  test('names the first of those that are equally near', () => {
    expect(() => {
      checkOptions('options', { b: 1 }, 'an object', ['a', 'c']);
    }).toThrow('did you mean "a"?');
  });

  test('cuts a name that is long, and so bounds the work', () => {
    expect(() => {
      checkOptions('options', { ['x'.repeat(1e6)]: 1 }, 'an object', KNOWN);
    }).toThrow(`"${'x'.repeat(60)}" is not an option`);
  });

  const charArb = fc.constantFrom('a', 'e', 'k', 'M', 's', 'x', '-');
  const indexArb = fc.nat();
  property.prop([
    fc.constantFrom(...KNOWN),
    charArb,
    indexArb,
    fc.constantFrom('insert', 'remove', 'replace'),
  ])('finds an option again after one slip of the fingers', (name, char, index, slip) => {
    const place = index % name.length;
    const rest = name.slice(slip === 'insert' ? place : place + 1);
    const slipped = name.slice(0, place) + (slip === 'remove' ? '' : char) + rest;
    fc.pre(!KNOWN.includes(slipped));
    expect(() => {
      checkOptions('options', { [slipped]: 1 }, 'an object', KNOWN);
    }).toThrow(`did you mean "${name}"?`);
  });

  test('takes every known name, and what is only inherited', () => {
    const options = Object.assign(Object.create({ inherited: 1 }) as object, {
      url: 1,
      intervalMs: undefined,
    });
    expect(() => {
      checkOptions('options', options, 'an object', KNOWN);
    }).not.toThrow();
  });
});
