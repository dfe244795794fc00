import { type ClassifiedByStatus, type DeploymentClass, IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import { checkDuration, checkFunction, checkOptions, checkSignal } from '@quietgate/core/internal';
import type { Subscribe } from '../listing/create-subscription.ts';
import { checkCount, checkRoutePath } from './option-checks.ts';

/**
 * Options of every adapter. `D` is the type of your records: one without a `status` that is a string, or with none that the
 * table of `@quietgate/core` knows, needs a `classify`.
 */
export type InFlightCountOptions<D> = CommonOptions<D> &
  ([D] extends [ClassifiedByStatus<D>] ? unknown : { classify: (deployment: D) => DeploymentClass });

/** What is the same for all types of records. */
export interface CommonOptions<D> {
  /**
   * Lists the deployments; those not in flight may be left out. One listing runs at a time, however many requests
   * there are. The signal aborts when `listTimeoutMs` are over: hand it to your store, so that it stops too.
   */
  listDeployments: (context: { signal: AbortSignal }) => Iterable<D> | Promise<Iterable<D>>;
  /**
   * Classifies one record. @default classifyDeployment of `@quietgate/core`, which reads `status` and `adoptedAt`; all that is
   * in an index of `createInFlightIndex` counts, as its own `classify` said
   */
  classify?: ((deployment: D) => DeploymentClass) | undefined;
  /**
   * The path to answer on, exactly, as it stands in a URL: the path that was asked for, or what a mount has left of it.
   * Without a query and any of `:`, `*` and `%`, which routers read in ways of their own. `false` answers on any path,
   * behind a router that has matched already.
   * @default IN_FLIGHT_COUNT_PATH, '/api/v1/deployments/in-flight-count'
   */
  path?: string | false | undefined;
  /** How long one listing may take, in milliseconds, from 1 to 2,147,483,647. @default 4_000 */
  listTimeoutMs?: number | undefined;
  /**
   * Called with the first record of each status that is of class `unknown`, and so is not counted; of a hundred
   * statuses at most. What it throws is ignored. @default a warning in Fastify's logger, or else console.warn
   */
  onUnknown?: ((deployment: D) => void) | undefined;
  /**
   * Called with the reason when the records could not be listed, once for each failed listing. The client never
   * learns it. What it throws is ignored. @default Fastify's logger, which is silent unless it is turned on, or else
   * console.error; of one failure in ten seconds, with the number of those that were left out
   */
  onError?: ((error: unknown) => void) | undefined;
  /**
   * How long a request that would rather wait (`Prefer: wait=<seconds>`) is held at most, in milliseconds, from 0 to
   * 2,147,483,647. Longer than 25 s is cut by many proxies. 0 holds none. @default 25_000
   */
  maxHoldMs?: number | undefined;
  /** How many requests are held at most; one more is answered at once. An integer of 0 or more. @default 100 */
  maxHeld?: number | undefined;
  /**
   * How long after a listing the deployments are listed again while requests are held, in milliseconds, from 1 to
   * 2,147,483,647; but never sooner than four times what that listing took. @default 1_000
   */
  relistMs?: number | undefined;
  /**
   * Calls `onChange` after each change of what is in flight, and returns a function that ends this, as does
   * `createInFlightIndex().subscribe` of `@quietgate/core`. While requests are held it is called once. @default none
   */
  subscribe?: Subscribe | undefined;
  /** Aborts when the server is about to close: who is held is answered, and nobody is held from then on. @default none */
  signal?: AbortSignal | undefined;
  /**
   * Where to answer by the status alone, 200 when it is quiet and 503 when it is not, for gates that look at nothing else;
   * by convention `QUIET_PATH` of `@quietgate/core`. It takes what `path` takes, but another. @default none
   */
  quietPath?: string | undefined;
}

/** The options, checked, with the defaults filled in that belong here. */
export interface ResolvedOptions<D> {
  readonly listDeployments: CommonOptions<D>['listDeployments'];
  readonly classify: ((deployment: D) => DeploymentClass) | undefined;
  readonly path: string | false;
  readonly listTimeoutMs: number;
  readonly onUnknown: ((deployment: D) => void) | undefined;
  readonly onError: ((error: unknown) => void) | undefined;
  readonly maxHoldMs: number;
  readonly maxHeld: number;
  readonly relistMs: number;
  readonly subscribe: Subscribe | undefined;
  readonly signal: AbortSignal | undefined;
  readonly quietPath: string | undefined;
}

const NAMES = Object.keys({
  listDeployments: null,
  classify: null,
  path: null,
  listTimeoutMs: null,
  onUnknown: null,
  onError: null,
  maxHoldMs: null,
  maxHeld: null,
  relistMs: null,
  subscribe: null,
  signal: null,
  quietPath: null,
} satisfies Record<keyof CommonOptions<unknown>, null>);

/** Twice that, for the listing that runs already, is less than a gate's 10 s. */
export const DEFAULT_LIST_TIMEOUT_MS = 4000;

export const DEFAULT_HOLD = { maxHoldMs: 25_000, maxHeld: 100, relistMs: 1000 };

/**
 * Fills in the defaults and checks every option.
 *
 * @throws TypeError when an option is of the wrong kind, or its name is unknown
 * @throws RangeError when `listTimeoutMs` is out of its range
 */
export function resolveOptions<D>(options: CommonOptions<D>): ResolvedOptions<D> {
  checkOptions('options', options, 'an object with listDeployments', NAMES);
  const { listDeployments, classify, onUnknown, onError } = options;
  const { path = IN_FLIGHT_COUNT_PATH, listTimeoutMs = DEFAULT_LIST_TIMEOUT_MS } = options;
  checkFunction('listDeployments', listDeployments);
  if (classify !== undefined) checkFunction('classify', classify);
  if (onUnknown !== undefined) checkFunction('onUnknown', onUnknown);
  if (onError !== undefined) checkFunction('onError', onError);
  if (path !== false) checkRoutePath('path', path);
  checkDuration('listTimeoutMs', listTimeoutMs, 1);
  const paths = { path, quietPath: resolveQuietPath(options.quietPath, path) };
  return { listDeployments, classify, listTimeoutMs, onUnknown, onError, ...paths, ...resolveHold(options) };
}

function resolveQuietPath(quietPath: string | undefined, path: string | false): string | undefined {
  if (quietPath === undefined) return undefined;
  checkRoutePath('quietPath', quietPath);
  if (quietPath === path)
    throw new TypeError(`quietPath must be another path than path, got ${path} for both`);
  return quietPath;
}

function resolveHold({
  subscribe,
  signal,
  ...options
}: Pick<CommonOptions<never>, 'maxHoldMs' | 'maxHeld' | 'relistMs' | 'subscribe' | 'signal'>) {
  const { maxHoldMs = DEFAULT_HOLD.maxHoldMs, maxHeld = DEFAULT_HOLD.maxHeld } = options;
  const { relistMs = DEFAULT_HOLD.relistMs } = options;
  checkDuration('maxHoldMs', maxHoldMs, 0);
  checkCount('maxHeld', maxHeld);
  checkDuration('relistMs', relistMs, 1);
  if (subscribe !== undefined) checkFunction('subscribe', subscribe);
  checkSignal('signal', signal);
  return { maxHoldMs, maxHeld, relistMs, subscribe, signal };
}
