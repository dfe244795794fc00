import { checkPath, readBaseUrl } from '../ask/base-url.ts';
import type { Fetch } from '../ask/endpoint-target.ts';
import { endpointTarget } from '../ask/endpoint-target.ts';
import { readHeaders } from '../ask/request-headers.ts';
import type { Source } from '../ask/source-target.ts';
import { sourceTarget } from '../ask/source-target.ts';
import type { Target } from '../ask/target.ts';
import type { GateLimits, LimitOptions } from '../gate/limits.ts';
import { resolveLimits } from '../gate/limits.ts';
import type { GateEvent } from '../gate/outcome.ts';
import { checkKind, isFunction, isObject } from '../options/check-kind.ts';
import { checkOptionNames } from '../options/check-option-names.ts';
import { IN_FLIGHT_COUNT_PATH } from '../wire/paths.ts';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';

/** Options of `waitForQuiet`: exactly one of `url` and `source`, and any of the rest. A name that is none is an error. */
export type WaitForQuietOptions = GateOptions & (UrlOptions | SourceOptions);

interface UrlOptions {
  /**
   * The base URL of the API: absolute, http or https, without a user name and password. It may have a path prefix and a
   * query; the endpoint's path is appended to the path.
   */
  url: string | URL;
  source?: undefined;
  /** Where below the base URL the server answers, if it was given a `path` of its own. @default IN_FLIGHT_COUNT_PATH */
  path?: string | undefined;
}

interface SourceOptions {
  /** Asked instead of a URL: a count in process, timed and retried like a request. */
  source: Source;
  url?: undefined;
  path?: undefined;
}

interface GateOptions extends LimitOptions {
  /**
   * Sent with every request; not those that fetch drops or fails on, such as `Host`. On a redirect to another origin
   * `fetch` leaves `Authorization` out, but no header of the server's own, such as `X-Api-Key`.
   */
  headers?: RequestInit['headers'] | undefined;
  /** Makes the requests. @default globalThis.fetch */
  fetch?: Fetch | undefined;
  /** Where time comes from. @default systemClock */
  clock?: Clock | undefined;
  /** Calls the gate off: it rejects with the signal's reason, at once. */
  signal?: AbortSignal | undefined;
  /** Called before each pause with why it is made and how long it is. What it throws is ignored. */
  onEvent?: ((event: GateEvent) => void) | undefined;
}

const OPTION_NAMES: readonly (keyof UrlOptions | keyof SourceOptions | keyof GateOptions)[] = [
  'url',
  'source',
  'path',
  'intervalMs',
  'maxWaitMs',
  'requestTimeoutMs',
  'quietForMs',
  'retries',
  'onUnavailable',
  'longPoll',
  'headers',
  'fetch',
  'clock',
  'signal',
  'onEvent',
];

/** The options, checked, with the defaults filled in. */
export interface Gate {
  readonly target: Target;
  readonly limits: GateLimits;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: (event: GateEvent) => unknown;
}

/**
 * Checks the options. No message repeats a password, a header's value, a query or a fragment.
 *
 * @throws TypeError or RangeError that says which option is wrong and what it takes
 */
export function resolveOptions(options: WaitForQuietOptions): Gate {
  checkKind('options', options, isObject, 'an object with a url or a source');
  checkOptionNames(options, OPTION_NAMES);
  const { clock = systemClock, signal, onEvent = () => undefined } = options;
  checkKind('clock', clock, isClock, 'an object with now() and sleep()');
  checkKind('onEvent', onEvent, isFunction, 'a function');
  if (signal !== undefined) checkKind('signal', signal, isSignal, 'an AbortSignal');
  return {
    target: resolveTarget(options),
    limits: resolveLimits(options),
    clock,
    signal,
    onEvent,
  };
}

/** The options as a caller may give them whom no type checker has stopped. */
type Unchecked = GateOptions & {
  url?: UrlOptions['url'] | undefined;
  source?: SourceOptions['source'] | undefined;
  path?: UrlOptions['path'];
};

function resolveTarget(options: Unchecked): Target {
  const { url, source, path = IN_FLIGHT_COUNT_PATH, headers, fetch = globalFetch } = options;
  if (url !== undefined && source !== undefined)
    throw new TypeError('url and source exclude each other, got both');
  checkKind('fetch', fetch, isFunction, 'a function');
  const sent = readHeaders(headers);
  if (source !== undefined) {
    checkKind('source', source, isFunction, 'a function that returns an in-flight count');
    return sourceTarget(source);
  }
  if (url === undefined) throw new TypeError('either url or source is needed, got neither');
  checkPath(path);
  return endpointTarget(readBaseUrl(url, path), path, sent, fetch);
}

/** Looked up at each request, so that a `fetch` that is replaced later is the one that is used. */
const globalFetch: Fetch = (input, init) => globalThis.fetch(input, init);

function isClock(value: unknown): boolean {
  const { now, sleep } = Object(value) as Partial<Clock>;
  return isFunction(now) && isFunction(sleep);
}

function isSignal(value: unknown): boolean {
  return (
    isObject(value) && 'aborted' in value && 'addEventListener' in value && isFunction(value.addEventListener)
  );
}
