import { IN_FLIGHT_COUNT_PATH } from '../wire/paths.ts';
import { checkKind, isFunction, isObject } from '../options/check-kind.ts';
import { describeGiven } from '../options/describe-given.ts';
import type { GateLimits, LimitOptions } from '../gate/limits.ts';
import { resolveLimits } from '../gate/limits.ts';
import type { GateEvent } from '../gate/outcome.ts';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import type { Fetch } from '../ask/endpoint-target.ts';
import { endpointTarget } from '../ask/endpoint-target.ts';
import type { Source } from '../ask/source-target.ts';
import { sourceTarget } from '../ask/source-target.ts';
import type { Target } from '../ask/target.ts';

/** Options of `waitForQuiet`: exactly one of `url` and `source`, and any of the rest. */
export interface WaitForQuietOptions extends LimitOptions {
  /**
   * The base URL of the API: absolute, http or https, without a user name and password. It may have a path
   * prefix; `IN_FLIGHT_COUNT_PATH` is appended.
   */
  url?: string | URL | undefined;
  /** Asked instead of a URL: a count in process, timed and retried like a request. */
  source?: Source | undefined;
  /**
   * Sent with every request. On a redirect to another origin `fetch` leaves `Authorization` out, but no header of the
   * server's own, such as `X-Api-Key`.
   */
  headers?: RequestInit['headers'] | undefined;
  /** Makes the requests. @default globalThis.fetch */
  fetch?: Fetch | undefined;
  /** Where time comes from. @default systemClock */
  clock?: Clock | undefined;
  /** Calls the gate off: it rejects with the signal's reason, at once. */
  signal?: AbortSignal | undefined;
  /** Told before each pause why it is made and how long it is. What it throws is ignored. */
  onEvent?: ((event: GateEvent) => void) | undefined;
}

/** The options, checked, with the defaults filled in. */
export interface Gate {
  readonly target: Target;
  readonly limits: GateLimits;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: (event: GateEvent) => unknown;
}

/**
 * Checks the options. No message repeats a password or a header's value.
 *
 * @throws TypeError or RangeError that says which option is wrong and what it takes
 */
export function resolveOptions(options: WaitForQuietOptions): Gate {
  checkKind('options', options, isObject, 'an object with a url or a source');
  const { clock = systemClock, signal, onEvent = () => undefined } = options;
  checkKind('clock', clock, isClock, 'an object with now() and sleep()');
  checkKind('onEvent', onEvent, isFunction, 'a function');
  if (signal !== undefined) checkKind('signal', signal, isSignal, 'an AbortSignal');
  return { target: resolveTarget(options), limits: resolveLimits(options), clock, signal, onEvent };
}

function resolveTarget({ url, source, headers, fetch = globalFetch }: WaitForQuietOptions): Target {
  if (url !== undefined && source !== undefined)
    throw new TypeError('url and source exclude each other, got both');
  checkKind('fetch', fetch, isFunction, 'a function');
  const sent = requestHeaders(headers);
  if (source !== undefined) {
    checkKind('source', source, isFunction, 'a function that returns an in-flight count');
    return sourceTarget(source);
  }
  if (url === undefined) throw new TypeError('either url or source is needed, got neither');
  return endpointTarget(endpointOf(url), sent, fetch);
}

/** Looked up at each request, so that a `fetch` that is replaced later is the one that is used. */
const globalFetch: Fetch = (input, init) => globalThis.fetch(input, init);

function endpointOf(base: string | URL): URL {
  const given = base instanceof URL ? base.href : base;
  if (!isAbsoluteHttp(given)) {
    throw new TypeError(
      `url must be an absolute http or https URL, such as https://api.example${describeGiven(given)}`,
    );
  }
  const url = new URL(given);
  if (url.username !== '' || url.password !== '') {
    throw new TypeError('url must not carry a user name or password: send credentials in headers');
  }
  url.pathname = url.pathname.replace(/\/+$/, '') + IN_FLIGHT_COUNT_PATH;
  url.hash = '';
  return url;
}

function isAbsoluteHttp(url: unknown): url is string {
  return typeof url === 'string' && URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
}

function requestHeaders(given: RequestInit['headers']): Headers {
  let headers: Headers;
  try {
    headers = new Headers(given);
  } catch {
    // The original message would repeat the header's value.
    throw new TypeError('headers must be valid names and values of HTTP headers');
  }
  if (!headers.has('accept')) headers.set('accept', 'application/json');
  // A zero out of some cache would open the gate.
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-cache');
  return headers;
}

function isClock(value: unknown): boolean {
  const { now, sleep } = Object(value) as Partial<Clock>;
  return isFunction(now) && isFunction(sleep);
}

function isSignal(value: unknown): boolean {
  return (
    isObject(value) && 'aborted' in value && 'addEventListener' in value && isFunction(value.addEventListener)
  );
}
