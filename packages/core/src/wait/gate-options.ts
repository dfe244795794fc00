import type { CordonEndpoint } from '../ask/cordon-endpoint.ts';
import { countEndpoint } from '../ask/count-endpoint.ts';
import { countSource, type Source } from '../ask/count-source.ts';
import type { CountTarget } from '../ask/count-target.ts';
import { type GateLimits, type LimitOptions, resolveLimits } from '../gate/limits.ts';
import type { GateEvent } from '../gate/outcome.ts';
import { checkFunction, checkKind, isFunction } from '../options/check-kind.ts';
import { checkOptions } from '../options/check-options.ts';
import { toMicrosecond } from '../gate/to-microsecond.ts';
import type { Clock } from './clock.ts';
import { type CordonOptions, type CordonToRaise, readCordonOptions } from './cordon-options.ts';
import { readAccess, readRequests, REQUEST_OPTION_NAMES, type RequestOptions } from './request-options.ts';
import { type Asker, never } from './with-time-limit.ts';

/** Options of `waitForQuiet`: exactly one of `url` and `source`, and any of the rest. An unknown name throws. */
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
   * one unbroken lease, which outlives the gate. Where the cordon is unavailable, the gate continues without it.
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

interface GateOptions extends LimitOptions, RequestOptions {
  /**
   * Called before each pause with why it is made and how long it is, and when the cordon comes or goes. What it throws is
   * ignored.
   */
  onEvent?: ((event: GateEvent) => void) | undefined;
}

const OWN_OPTION_NAMES: readonly (keyof UrlOptions | keyof SourceOptions | keyof GateOptions)[] = [
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
  'onEvent',
];

/** The options, checked, with the defaults filled in. */
export interface Gate {
  readonly target: CountTarget;
  /** The cordon that the gate raises. */
  readonly cordon: CordonToRaise | undefined;
  /** Where leases are asked for; a gate without a cordon asks for none. */
  readonly leases: Pick<CordonEndpoint, 'name' | 'raise'>;
  readonly limits: GateLimits;
  /** Says how long the gate has held the deploy: from zero, when it is read first. */
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: (event: GateEvent) => unknown;
}

/**
 * Checks the options. No message repeats a password, a header's value, a query or a fragment.
 *
 * @throws TypeError or RangeError that says which option is wrong and what it takes
 */
export function readGateOptions(options: WaitForQuietOptions): Gate {
  const names = [...OWN_OPTION_NAMES, ...REQUEST_OPTION_NAMES];
  checkOptions('options', options, 'an object with a url or a source', names);
  const { onEvent = () => undefined } = options;
  checkFunction('onEvent', onEvent);
  const limits = resolveLimits(options);
  const asked = readAsked(options);
  if (asked.cordon !== undefined) checkLease(asked.cordon, limits);
  return { ...asked, limits, clock: fromZero(asked.clock), onEvent };
}

function fromZero(clock: Clock): Clock {
  let startedAt: number | undefined;
  return {
    now() {
      const now = clock.now();
      startedAt ??= now;
      return toMicrosecond(now - startedAt);
    },
    sleep: (ms, signal) => clock.sleep(ms, signal),
  };
}

/** The options as a caller may give them whom no type checker has stopped. */
interface Unchecked extends RequestOptions, Pick<UrlOptions, 'path' | 'cordon'> {
  url?: UrlOptions['url'] | undefined;
  source?: SourceOptions['source'] | undefined;
}

/** Whom the gate asks, on whose time. */
type Asked = Omit<Gate, 'limits' | 'onEvent'>;

function readAsked(options: Unchecked): Asked {
  const { url, source, cordon } = options;
  if (url !== undefined && source !== undefined) {
    throw new TypeError('url and source exclude each other, got both');
  }
  if (source !== undefined) {
    checkKind('source', source, isFunction, 'a function that returns an in-flight count');
    if (cordon !== undefined) throw new TypeError('cordon needs a url: a source has none');
    return withoutCordon(countSource(source), readRequests(options));
  }
  if (url === undefined) throw new TypeError('either url or source is needed, got neither');
  const access = readAccess({ ...options, url });
  const target = countEndpoint(access);
  if (cordon === undefined) return withoutCordon(target, access);
  const toRaise = readCordonOptions(cordon, access);
  const { clock, signal } = access;
  return { target, cordon: toRaise, leases: toRaise.endpoint, clock, signal };
}

function withoutCordon(target: CountTarget, { clock, signal }: Asker): Asked {
  // Stryker disable next-line ObjectLiteral: without a cordon no lease is asked for
  return { target, cordon: undefined, leases: { name: target.name, raise: never }, clock, signal };
}

/** A lease that ends between two zeros would hold a deploy for the whole maximum wait, for nothing. */
function checkLease(
  { leaseMs }: { readonly leaseMs: number },
  { quietForMs, intervalMs, requestTimeoutMs }: GateLimits,
): void {
  if (quietForMs === 0 || leaseMs > intervalMs + requestTimeoutMs) return;
  throw new RangeError(
    `cordon.leaseMs must be above intervalMs and requestTimeoutMs together, or with quietForMs no lease lasts from one zero to the next, got ${leaseMs}`,
  );
}

/** Checks the options of all gates. */
export function readGates(given: WaitForQuietOptions | readonly WaitForQuietOptions[]): readonly Gate[] {
  const all = [given].flat();
  if (all.length === 0) throw new TypeError('a gate is needed, got none');
  const gates = all.map(readGateOptions);
  const leases = gates.flatMap(({ cordon }) => (cordon ? `${cordon.holder} of ${cordon.endpoint.name}` : []));
  for (const [index, lease] of leases.entries()) {
    if (leases.includes(lease, index + 1)) throw new TypeError(`two gates have the same holder, ${lease}`);
  }
  return gates;
}
