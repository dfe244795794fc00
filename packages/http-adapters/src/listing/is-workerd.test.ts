import { afterEach, expect, test, vi } from 'vitest';
import { isWorkerd } from './is-workerd.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

test.each<[string, object, boolean]>([
  ['Workers', { navigator: { userAgent: 'Cloudflare-Workers' } }, true],
  [
    'Workers of an old compatibility date, without a navigator',
    { navigator: undefined, WebSocketPair: Map },
    true,
  ],
  ['Node', { navigator: { userAgent: 'Node.js/22' } }, false],
  ['an old Node', { navigator: undefined }, false],
])('knows %s', (_, globals, expected) => {
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
  expect(isWorkerd()).toBe(expected);
});
