import { classifyDeployment, type DeploymentClass, IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import { checkDuration, checkOptionNames, isUrlPath } from '@quietgate/core/internal';
import { describeKind } from '../listing/describe-kind.ts';

/**
 * Options of every adapter. `D` is the type of your deployment records: one without a `status` that is a string needs a
 * `classify`.
 */
export type InFlightCountOptions<D> = CommonOptions<D> &
  ([D] extends [{ readonly status: string }] ? unknown : { classify: (deployment: D) => DeploymentClass });

/** What is the same for all types of records. */
export interface CommonOptions<D> {
  /**
   * Lists the deployments; those not in flight may be left out. One listing runs at a time, however many requests
   * there are. The signal aborts when `listTimeoutMs` are over: hand it to your store, so that it stops too.
   */
  listDeployments: (context: { signal: AbortSignal }) => Iterable<D> | Promise<Iterable<D>>;
  /** Classifies one record. @default classifyDeployment of `@quietgate/core`, which reads `status` and `adoptedAt` */
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
   * Told of the first deployment of each status that is of class `unknown`, and so counts for nothing; of a hundred
   * statuses at most. What it throws is ignored. @default a warning in Fastify's logger, or else console.warn
   */
  onUnknown?: ((deployment: D) => void) | undefined;
  /**
   * Told why the deployments could not be listed, once for each failed listing. The caller of the endpoint is
   * never told. What it throws is ignored. @default Fastify's logger, which is silent unless it is turned on, or else
   * console.error; of one failure in ten seconds, with the number of those that were left out
   */
  onError?: ((error: unknown) => void) | undefined;
}

/** The options, checked, with the defaults filled in that belong here. */
export interface ResolvedOptions<D> {
  readonly listDeployments: CommonOptions<D>['listDeployments'];
  readonly classify: (deployment: D) => DeploymentClass;
  readonly path: string | false;
  readonly listTimeoutMs: number;
  readonly onUnknown: ((deployment: D) => void) | undefined;
  readonly onError: ((error: unknown) => void) | undefined;
}

const NAMES = Object.keys({
  listDeployments: true,
  classify: true,
  path: true,
  listTimeoutMs: true,
  onUnknown: true,
  onError: true,
} satisfies Record<keyof CommonOptions<unknown>, true>);

/** Twice that, for the listing that runs already, is less than a gate's 10 s. */
const DEFAULT_LIST_TIMEOUT_MS = 4000;

/**
 * Fills in the defaults and checks every option.
 *
 * @throws TypeError when an option is of the wrong kind, or its name is none
 * @throws RangeError when `listTimeoutMs` is out of its range
 */
export function resolveOptions<D>(options: CommonOptions<D>): ResolvedOptions<D> {
  if (typeof options !== 'object' || (options as unknown) === null) {
    throw new TypeError(`options must be an object with listDeployments, got ${describeKind(options)}`);
  }
  checkOptionNames(options, NAMES);
  const { listDeployments, classify = classifyByStatus, onUnknown, onError } = options;
  const { path = IN_FLIGHT_COUNT_PATH, listTimeoutMs = DEFAULT_LIST_TIMEOUT_MS } = options;
  checkFunction('listDeployments', listDeployments);
  checkFunction('classify', classify);
  if (onUnknown !== undefined) checkFunction('onUnknown', onUnknown);
  if (onError !== undefined) checkFunction('onError', onError);
  if (path !== false) checkPath('path', path);
  checkDuration('listTimeoutMs', listTimeoutMs, 1);
  return { listDeployments, classify, path, listTimeoutMs, onUnknown, onError };
}

/** Where types reach, a record without a `status` never gets here; where they do not, it is `unknown`. */
function classifyByStatus(deployment: unknown): DeploymentClass {
  return classifyDeployment(deployment as { status: string });
}

function checkFunction(name: string, value: unknown): void {
  if (typeof value !== 'function')
    throw new TypeError(`${name} must be a function, got ${describeKind(value)}`);
}

/** A path that no request can have would be a 404 for ever, which opens the gate. */
function checkPath(name: string, path: unknown): void {
  // A router would read a colon or a star as a pattern, and may decode what is asked for, but not this.
  if (!isUrlPath(path) || /[:*%]/.test(path)) {
    const got = typeof path === 'string' ? JSON.stringify(path) : describeKind(path);
    throw new TypeError(
      `${name} must begin with a slash and stand as in a URL, without a query and any of : * %, got ${got}`,
    );
  }
}
