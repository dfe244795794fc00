import type { EndpointAccess } from '../ask/count-endpoint.ts';
import { type Fetch, globalFetch } from '../ask/fetch.ts';
import { type Supplied, supply, type Supply } from '../ask/supply.ts';
import { resolveLimits } from '../gate/limits.ts';
import { checkIsBase, readBaseUrl } from '../options/base-url.ts';
import { checkClock, checkFunction, checkSignal } from '../options/check-kind.ts';
import { readHeaders, type RequestHeaders } from '../options/request-headers.ts';
import { checkUrlPath } from '../options/url-path.ts';
import { CORDON_PATH, IN_FLIGHT_COUNT_PATH, QUIET_PATH } from '../wire/paths.ts';
import type { Asker } from './with-time-limit.ts';
import { type Clock, systemClock } from './clock.ts';

/** How requests are made, and whose time they take. */
export interface RequestOptions {
  /**
   * Sent with every request; not those that fetch drops or fails on, such as `Host`. On a redirect to another origin
   * `fetch` leaves `Authorization` out, but no header of the server's own, such as `X-Api-Key`. A function is called anew
   * for each request, within its time.
   */
  headers?: Supplied<RequestInit['headers']>;
  /** Makes the requests. @default globalThis.fetch */
  fetch?: Fetch | undefined;
  /** Where time comes from. @default systemClock */
  clock?: Clock | undefined;
  /** Calls it off: it rejects with the signal's reason, at once. */
  signal?: AbortSignal | undefined;
}

/** Options of one question to an endpoint. An unknown name throws. */
export interface AskOptions extends RequestOptions {
  /** The base URL of the API, as `waitForQuiet` takes it. */
  url: string | URL;
  /** Where below the base URL the endpoint is, if the server was given another `path`. @default the endpoint's path */
  path?: string | undefined;
  /** The longest that one request may take, its body included, in milliseconds. @default 10_000 */
  requestTimeoutMs?: number | undefined;
}

export const REQUEST_OPTION_NAMES: readonly (keyof RequestOptions)[] = [
  'headers',
  'fetch',
  'clock',
  'signal',
];

export const ASK_OPTION_NAMES: readonly (keyof AskOptions)[] = [
  'url',
  'path',
  'headers',
  'fetch',
  'clock',
  'signal',
  'requestTimeoutMs',
];

/** The options of requests, checked. */
export interface Requests extends Asker {
  readonly headers: Supply<RequestHeaders>;
  readonly fetch: Fetch;
}

/**
 * Checks how requests are made, and fills in the defaults.
 *
 * @throws TypeError that says which option is wrong; it repeats no header's value
 */
export function readRequests({
  headers,
  fetch = globalFetch,
  clock = systemClock,
  signal,
}: RequestOptions): Requests {
  checkFunction('fetch', fetch);
  checkClock('clock', clock);
  checkSignal('signal', signal);
  return { headers: supply('headers', headers, readHeaders), fetch, clock, signal };
}

/** An endpoint below a base URL, and how it is asked. */
export interface Access extends Requests, EndpointAccess {}

/**
 * Checks where an endpoint is, by default that of the count, and how requests are made.
 *
 * @throws TypeError that says which option is wrong; it repeats no header's value, and of the URL no password, query or
 *   fragment
 */
export function readAccess(
  options: RequestOptions & { readonly url: unknown; readonly path?: string | undefined },
): Access {
  const { url, path = IN_FLIGHT_COUNT_PATH } = options;
  const requests = readRequests(options);
  const base = readBaseUrl(url);
  checkEndpointPath(path, base);
  return { ...requests, base, path };
}

/** A base URL ends neither in the path of the endpoint, nor in one that servers have by default. */
export function checkEndpointPath(path: string, base: URL): void {
  checkUrlPath(path);
  checkIsBase(base, [path, IN_FLIGHT_COUNT_PATH, CORDON_PATH, QUIET_PATH]);
}

/** @throws TypeError or RangeError when it is not a duration */
export function readTimeout({ requestTimeoutMs }: AskOptions): number {
  return resolveLimits({ requestTimeoutMs }).requestTimeoutMs;
}
