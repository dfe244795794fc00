import { tableRows } from '@quietgate/testkit/readme';
import { expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../src/gate/limits.ts';

it('has the defaults of the gate in the README', () => {
  const rows = tableRows(new URL('../README.md', import.meta.url), 'Options of a gate');
  const stated = rows
    .map(([name = '', value = '']) => [name.replaceAll('`', ''), value.replace(/[`' ]/g, '')] as const)
    .filter(([name]) => name in DEFAULT_LIMITS);
  const defaults = Object.entries(DEFAULT_LIMITS).map(([name, value]) => [name, String(value)]);
  expect(Object.fromEntries(stated)).toEqual(Object.fromEntries(defaults));
});
