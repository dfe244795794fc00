import { fc, test as property } from '@quietgate/testkit/property';
import { describe, expect, test } from 'vitest';
import { checkOptionNames } from './check-options.ts';

const KNOWN = ['intervalMs', 'maxWaitMs', 'url', 'longPoll'];

describe('checkOptionNames', () => {
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
      checkOptionNames({ url: 'a', [name]: 1 }, KNOWN);
    }).toThrow(new TypeError(`${JSON.stringify(name)} is not an option: did you mean "${nearest}"?`));
  });

  test('names the first of those that are equally near', () => {
    expect(() => {
      checkOptionNames({ b: 1 }, ['a', 'c']);
    }).toThrow('did you mean "a"?');
  });

  test('cuts a name that is long, and so bounds the work', () => {
    expect(() => {
      checkOptionNames({ ['x'.repeat(1e6)]: 1 }, KNOWN);
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
      checkOptionNames({ [slipped]: 1 }, KNOWN);
    }).toThrow(`did you mean "${name}"?`);
  });

  test('takes every known name, and what is only inherited', () => {
    const options = Object.assign(Object.create({ inherited: 1 }) as object, {
      url: 1,
      intervalMs: undefined,
    });
    expect(() => {
      checkOptionNames(options, KNOWN);
    }).not.toThrow();
  });
});
