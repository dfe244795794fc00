import { describeGiven } from './describe-given.ts';

/** Whether a value is the path of a URL as it stands in one: with a slash first, encoded, without query and fragment. */
export function isUrlPath(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  const url = `http://host${value}`;
  return URL.canParse(url) && new URL(url).pathname === value;
}

/**
 * Checks a path that a server was given in place of an endpoint's own.
 *
 * @throws TypeError when it is not a path as it stands in a URL, or only a slash
 */
export function checkUrlPath(path: unknown): asserts path is string {
  if (isUrlPath(path) && path !== '/') return;
  throw new TypeError(
    `path must begin with a slash and stand as in a URL, without a query${describeGiven(path)}`,
  );
}
