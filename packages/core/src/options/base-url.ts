import { describeGiven } from './describe-given.ts';

/**
 * Reads the base URL of an API, to which the path of an endpoint will be appended. No message repeats a password, a query
 * or a fragment.
 *
 * @throws TypeError when it is not absolute http or https, or carries a user name or password
 */
export function readBaseUrl(given: unknown): URL {
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
  return url;
}

/**
 * Checks that a base URL does not end in the path of an endpoint, which is appended to it.
 *
 * @throws TypeError that names the path
 */
export function checkIsBase(base: URL, paths: readonly string[]): void {
  const pathname = withoutSlashes(base.pathname);
  const ending = paths.find((path) => pathname.endsWith(withoutSlashes(path)));
  if (ending !== undefined) {
    throw new TypeError(`url must be the base URL, without ${ending}, which is appended to it`);
  }
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
