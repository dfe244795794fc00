import { checkPath, readBaseUrl } from '../ask/base-url.ts';
import { askForLease, type WantedLease } from '../ask/ask-for-lease.ts';
import { cordonName } from '../ask/cordon-request.ts';
import { endpointTarget, type Fetch, globalFetch } from '../ask/endpoint-target.ts';
import { type CordonOptions, readCordon } from '../ask/read-cordon.ts';
import { readHeaders } from '../ask/request-headers.ts';
import type { Source } from '../ask/source-target.ts';
import { sourceTarget } from '../ask/source-target.ts';
import type { Target } from '../ask/target.ts';
import type { GateLimits, LimitOptions } from '../gate/limits.ts';
import { resolveLimits } from '../gate/limits.ts';
import type { LeaseObservation } from '../gate/observation.ts';
import type { GateEvent } from '../gate/outcome.ts';
import { checkKind, isFunction, isObject } from '../options/check-kind.ts';
import { checkOptionNames } from '../options/check-option-names.ts';
import { IN_FLIGHT_COUNT_PATH } from '../wire/paths.ts';
import { never } from './ask-in-time.ts';
import { checkClock, checkSignal, type Clock, systemClock } from './clock.ts';

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
  /**
   * Stops new runs before the first poll: raises the server's cordon, and turns green only on a zero that was seen under
   * one unbroken lease, which outlives the gate. Where it cannot be had, the gate goes on as without.
   */
  cordon?: CordonOptions | undefined;
}

interface SourceOptions {
  /** Asked instead of a URL: a count in process, timed and retried like a request. */
  source: Source;
  url?: undefined;
  path?: undefined;
  cordon?: undefined;
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
  'cordon',
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

/** Where leases of the cordon are asked for. */
interface Leases {
  /** Begins a message, as in "the cordon at https://… answered 503". */
  readonly name: string;
  readonly ask: (wanted: WantedLease, signal: AbortSignal) => Promise<LeaseObservation>;
}

/** The options, checked, with the defaults filled in. */
export interface Gate {
  readonly target: Target;
  /** The cordon that the gate raises. */
  readonly cordon: { readonly holder: string; readonly leaseMs: number } | undefined;
  /** A gate without a cordon asks for none. */
  readonly leases: Leases;
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
  checkClock(clock);
  checkKind('onEvent', onEvent, isFunction, 'a function');
  checkSignal(signal);
  const asks = resolveTarget(options);
  return { ...asks, limits: resolveLimits(options), clock, signal, onEvent };
}

/** The options as a caller may give them whom no type checker has stopped. */
type Unchecked = GateOptions & {
  url?: UrlOptions['url'] | undefined;
  source?: SourceOptions['source'] | undefined;
  path?: UrlOptions['path'];
  cordon?: UrlOptions['cordon'];
};

function resolveTarget(options: Unchecked): Pick<Gate, 'target' | 'cordon' | 'leases'> {
  const { url, source, path = IN_FLIGHT_COUNT_PATH, headers, fetch = globalFetch, cordon } = options;
  if (url !== undefined && source !== undefined)
    throw new TypeError('url and source exclude each other, got both');
  checkKind('fetch', fetch, isFunction, 'a function');
  const sent = readHeaders(headers);
  if (source !== undefined) {
    checkKind('source', source, isFunction, 'a function that returns an in-flight count');
    if (cordon !== undefined) throw new TypeError('cordon needs a url: a source has none');
    return withoutCordon(sourceTarget(source));
  }
  if (url === undefined) throw new TypeError('either url or source is needed, got neither');
  checkPath(path);
  const target = endpointTarget(readBaseUrl(url, path), path, sent, fetch);
  return cordon === undefined
    ? withoutCordon(target)
    : { target, ...resolveCordon(cordon, url, sent, fetch) };
}

function withoutCordon(target: Target): Pick<Gate, 'target' | 'cordon' | 'leases'> {
  // Stryker disable next-line ObjectLiteral: without a cordon no lease is asked for
  return { target, cordon: undefined, leases: { name: target.name, ask: never } };
}

function resolveCordon(
  given: CordonOptions,
  url: string | URL,
  headers: Headers,
  fetch: Fetch,
): Pick<Gate, 'cordon' | 'leases'> {
  const { token, holder, leaseMs, path } = readCordon(given);
  const access = { base: readBaseUrl(url, path), path, token, headers, fetch };
  const ask = (wanted: WantedLease, signal: AbortSignal) => askForLease(access, wanted, signal);
  return { cordon: { holder, leaseMs }, leases: { name: cordonName(access), ask } };
}
