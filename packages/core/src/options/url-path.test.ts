import { expect, it } from 'vitest';
import { isUrlPath } from './url-path.ts';

it.for(['/', '/api/v1/deployments/in-flight-count', '/a/', '/%20', '/a:b', '/*'])('%s is a path', (path) => {
  expect(isUrlPath(path)).toBe(true);
});

it.for([
  '',
  'api',
  '/a?b',
  '/a#b',
  '/a b',
  '/a/../b',
  '/é',
  'https://host/a',
  undefined,
  null,
  7,
  Object.create(null),
])('%s is none', (value) => {
  expect(isUrlPath(value)).toBe(false);
});
