import { isHttp } from './is-http.ts';

/** As many redirects as `fetch` follows. */
export const MAX_REDIRECTS = 20;

/** The statuses that `fetch` follows. */
const REDIRECTS: ReadonlySet<number | undefined> = new Set([301, 302, 303, 307, 308]);

/** Headers for one origin alone, as for `fetch`; a `Host` of the caller's is another server's name elsewhere. */
const ORIGIN_ONLY: ReadonlySet<string> = new Set(['authorization', 'cookie', 'host', 'proxy-authorization']);

/** Code of an error that says why a redirect cannot be followed. */
export const INVALID_REDIRECT = 'ERR_INVALID_REDIRECT';

/** A request as it is sent. It has no body. */
export interface NetworkRequest {
  readonly url: URL;
  /** `GET` without one. */
  readonly method: string | undefined;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The request that follows a response, by the rules of `fetch`; `undefined` when the response is no redirect. What is left out
 * for one origin stays out for those that follow.
 *
 * @throws an Error with the code `ERR_INVALID_REDIRECT` when the response points to no http or https URL
 */
export function redirectedRequest(
  { url, method, headers }: NetworkRequest,
  status: number | undefined,
  location: string | undefined,
): NetworkRequest | undefined {
  if (location === undefined || !REDIRECTS.has(status)) return undefined;
  const next = readLocation(location, url);
  return {
    url: next,
    method: changesToGet(status, method) ? 'GET' : method,
    headers: next.origin === url.origin ? headers : withoutOriginOnly(headers),
  };
}

function readLocation(location: string, base: URL): URL {
  const text = decodeLocation(location);
  const url = URL.canParse(text, base) ? new URL(text, base) : undefined;
  if (url !== undefined && isHttp(url)) return url;
  const why = url === undefined ? 'Location is not a URL' : `${url.protocol} is neither http nor https`;
  throw Object.assign(new Error(`redirects to where nobody can follow: ${why}`), { code: INVALID_REDIRECT });
}

/** Node reads a header as Latin-1. Servers send a path in raw UTF-8 too, which browsers read as such. */
function decodeLocation(location: string): string {
  const utf8 = Buffer.from(location, 'latin1').toString();
  return utf8.includes('\ufffd') ? location : utf8;
}

function changesToGet(status: number | undefined, method: string | undefined): boolean {
  return status === 303 ? method !== 'HEAD' : method === 'POST' && (status === 301 || status === 302);
}

function withoutOriginOnly(headers: NetworkRequest['headers']): NetworkRequest['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ORIGIN_ONLY.has(name)));
}
