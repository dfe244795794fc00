import { fc, test, unicodeString } from '@quietgate/testkit/property';
import { expect, it } from 'vitest';
import { jsonFields } from './json-fields.ts';

const fieldArb = fc.record({ name: unicodeString(), value: fc.jsonValue() });

test.prop([fc.array(fieldArb), fc.constantFrom('', ' ', '\n\t')])(
  'finds the fields of the outer object in their order, whatever is in them',
  (fields, blank) => {
    const written = fields.map(
      ({ name, value }) => JSON.stringify(name) + blank + ':' + JSON.stringify(value, undefined, blank),
    );
    const found = jsonFields(`${blank}{${written.join(`,${blank}`)}}`);
    expect(found.map(({ name }) => name)).toEqual(fields.map(({ name }) => name));
  },
);

it('gives of each value the first token', () => {
  expect(jsonFields('{"a":1e-400,"b":"x:,}","c":{"a":2},"d":[{"a":3}],"a":null}')).toEqual([
    { name: 'a', value: '1e-400' },
    { name: 'b', value: '"x:,}"' },
    { name: 'c', value: '{' },
    { name: 'd', value: '[' },
    { name: 'a', value: 'null' },
  ]);
});
