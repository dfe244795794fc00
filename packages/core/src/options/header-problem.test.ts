import { expect, it } from 'vitest';
import { headerProblem } from './header-problem.ts';

it.for(['Authorization', 'X-Api-Key', 'Cookie', 'Accept', 'Cache-Control'])('%s can be sent', (name) => {
  expect(headerProblem(name, 'any value\tat all: \u00e9')).toBeUndefined();
});

it.for<[string, string]>([
  ['Host', 'URL'],
  ['Connection', 'connection'],
  ['content-length', 'connection'],
  ['EXPECT', 'connection'],
  ['Keep-Alive', 'connection'],
  ['TE', 'connection'],
  ['Trailer', 'connection'],
  ['Transfer-Encoding', 'connection'],
  ['Upgrade', 'connection'],
  ['Prefer', 'long poll'],
  ['Proxy-Authorization', 'proxy'],
  ['proxy-connection', 'proxy'],
])('%s cannot be sent', ([name, why]) => {
  expect(headerProblem(name, 'value')).toContain(why);
});

it.for(['a\u0000b', 'a\u007fb', 'a\nb', 'a\u0100b'])('no value with %j in it can be sent', (value) => {
  expect(headerProblem('X-Any', value)).toBe('its value has characters that HTTP does not allow');
});
