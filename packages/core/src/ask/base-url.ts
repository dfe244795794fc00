import { describeGiven } from '../options/describe-given.ts';
import { isUrlPath } from '../options/url-path.ts';

/**
 * Reads the base URL of an API, to which `path` will be appended. No message repeats a password, a query or a fragment.
 *
 * @throws TypeError when it is not absolute http or https, carries a user name or password, or ends in the path already
 */
export function readBaseUrl(given: unknown, path: string): URL {
  const base = given instanceof URL ? given.href : given;
  if (!isAbsoluteHttp(base)) {
    throw new TypeError(
      `url must be an absolute http or https URL, such as https://api.example${describeGiven(base)}`,
    );
  }
  const url = new URL(base);
  if (url.username !== '' || url.password !== '') {
    throw new TypeError('url must not carry a user name or password: send credentials in headers');
  }
  if (withoutSlashes(url.pathname).endsWith(withoutSlashes(path))) {
    throw new TypeError(`url must be the base URL, without ${path}, which is appended to it`);
  }
  return url;
}

/**
 * Checks a path that a server was given in place of the endpoint's own.
 *
 * @throws TypeError when it is not a path as it stands in a URL
 */
export function checkPath(path: unknown): asserts path is string {
  if (isUrlPath(path) && path !== '/') return;
  throw new TypeError(
    `path must begin with a slash and stand as in a URL, without a query${describeGiven(path)}`,
  );
}

/** The URL of an endpoint under a base URL: with the base's path prefix, but without its query and fragment. */
export function urlUnder(base: URL, path: string): URL {
  const url = new URL(base.origin);
  url.pathname = withoutSlashes(base.pathname) + path;
  return url;
}

/** A URL for the log: without a user name, a password, a query and a fragment, any of which may be secret. */
export function nameOf({ origin, pathname }: URL): string {
  return origin + pathname;
}

function isAbsoluteHttp(url: unknown): url is string {
  return typeof url === 'string' && URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
}

function withoutSlashes(path: string): string {
  return path.replace(/\/+$/, '');
}
