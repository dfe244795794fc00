import { type DeploymentClass, IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import { MAX_DURATION_MS } from '@quietgate/core/internal';
import { describeKind } from '../listing/describe-kind.ts';

/** Options of every adapter. `D` is the type of your deployment records. */
export interface InFlightCountOptions<D> {
  /**
   * Lists the deployments; those not in flight may be left out. One listing runs at a time, however many requests
   * there are.
   */
  listDeployments: () => Iterable<D> | Promise<Iterable<D>>;
  /** Classifies one record. @default classifyDeployment of `@quietgate/core`, which reads `status` and `adoptedAt` */
  classify?: ((deployment: D) => DeploymentClass) | undefined;
  /**
   * The path to answer on, exactly, as it stands in a URL, below wherever the endpoint is mounted. Without a query and
   * any of `:`, `*` and `%`, which routers read in ways of their own.
   * @default IN_FLIGHT_COUNT_PATH, '/api/v1/deployments/in-flight-count'
   */
  path?: string | undefined;
  /** How long one listing may take, in milliseconds, from 1 to 2,147,483,647. @default 5_000 */
  listTimeoutMs?: number | undefined;
  /**
   * Told why the deployments could not be listed, once for each failed listing. The caller of the endpoint is
   * never told. @default Fastify's logger, which is silent unless it is turned on, or else console.error
   */
  onError?: ((error: unknown) => void) | undefined;
}

/** The options, checked, with the defaults filled in that belong here. */
export interface ResolvedOptions<D> {
  readonly listDeployments: InFlightCountOptions<D>['listDeployments'];
  readonly classify: ((deployment: D) => DeploymentClass) | undefined;
  readonly path: string;
  readonly listTimeoutMs: number;
  readonly onError: ((error: unknown) => void) | undefined;
}

/**
 * Fills in the defaults and checks every option.
 *
 * @throws TypeError when an option is of the wrong kind
 * @throws RangeError when `listTimeoutMs` is out of its range
 */
export function resolveOptions<D>(options: InFlightCountOptions<D>): ResolvedOptions<D> {
  if (typeof options !== 'object' || (options as unknown) === null) {
    throw new TypeError(`options must be an object with listDeployments, got ${describeKind(options)}`);
  }
  const { listDeployments, classify, path = IN_FLIGHT_COUNT_PATH, listTimeoutMs = 5000, onError } = options;
  checkFunction('listDeployments', listDeployments);
  if (classify !== undefined) checkFunction('classify', classify);
  if (onError !== undefined) checkFunction('onError', onError);
  checkPath(path);
  checkTimeout(listTimeoutMs);
  return { listDeployments, classify, path, listTimeoutMs, onError };
}

function checkFunction(name: string, value: unknown): void {
  if (typeof value !== 'function')
    throw new TypeError(`${name} must be a function, got ${describeKind(value)}`);
}

/** A path that no request can have would be a 404 for ever, which opens the gate. */
function checkPath(path: unknown): void {
  // A router would read a colon or a star as a pattern, and may decode what is asked for, but not this.
  if (typeof path !== 'string' || /[:*%]/.test(path) || pathnameOf(path) !== path) {
    const got = typeof path === 'string' ? JSON.stringify(path) : describeKind(path);
    throw new TypeError(
      `path must begin with a slash and stand as in a URL, without a query and any of : * %, got ${got}`,
    );
  }
}

function pathnameOf(path: string): string | undefined {
  const url = `http://host${path}`;
  return URL.canParse(url) ? new URL(url).pathname : undefined;
}

function checkTimeout(listTimeoutMs: unknown): void {
  if (typeof listTimeoutMs !== 'number') {
    throw new TypeError(`listTimeoutMs must be a number, got ${describeKind(listTimeoutMs)}`);
  }
  if (!(listTimeoutMs >= 1 && listTimeoutMs <= MAX_DURATION_MS)) {
    throw new RangeError(
      `listTimeoutMs must be from 1 to ${MAX_DURATION_MS} milliseconds, got ${listTimeoutMs}`,
    );
  }
}
