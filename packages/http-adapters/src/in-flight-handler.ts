import { countInFlight, type DeploymentClass, IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import { shareNext } from './share-next.ts';

/** Options of every adapter. `D` is the type of your deployment records. */
export interface InFlightCountOptions<D> {
  /**
   * Lists the deployments; those not in flight may be left out. One listing runs at a time, however many requests
   * there are.
   */
  listDeployments: () => Iterable<D> | Promise<Iterable<D>>;
  /** Classifies one record. @default classifyDeployment of `@quietgate/core`, which reads `status` and `adoptedAt` */
  classify?: ((deployment: D) => DeploymentClass) | undefined;
  /** The path to answer on. @default IN_FLIGHT_COUNT_PATH, '/api/v1/deployments/in-flight-count' */
  path?: string | undefined;
  /** How long one listing may take, in milliseconds, from 1 to 2,147,483,647. @default 5_000 */
  listTimeoutMs?: number | undefined;
  /**
   * Told why the deployments could not be listed, once for each failed listing. The caller of the endpoint is
   * never told. @default the framework's own logger, or else console.error
   */
  onError?: ((error: unknown) => void) | undefined;
}

/** A response as plain data. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The endpoint, of no framework. */
export interface InFlightHandler {
  /** The path that it answers on, exactly. */
  readonly path: string;
  /** Answers a request for that path. Never rejects. `log` takes a listing's error when there is no `onError`. */
  answer(method: string, log?: (error: unknown) => void): Promise<Answer>;
}

/** However many are in flight, the answer is bounded; `count` stays whole. */
const MAX_IDS = 1000;
const MAX_TIMEOUT_MS = 2_147_483_647;

const UNAVAILABLE: Answer = jsonAnswer(503, { error: 'in-flight count unavailable' });
const METHOD_NOT_ALLOWED: Answer = jsonAnswer(405, { error: 'method not allowed' }, { Allow: 'GET, HEAD' });

/** For a path that nobody serves. */
export const NOT_FOUND: Answer = jsonAnswer(404, { error: 'not found' });

/**
 * Makes the handler that all adapters share.
 *
 * @throws TypeError when an option is of the wrong kind
 * @throws RangeError when `listTimeoutMs` is out of its range
 */
export function createInFlightHandler<D extends { readonly id: string }>(
  options: InFlightCountOptions<D>,
): InFlightHandler {
  const { listDeployments, classify, path = IN_FLIGHT_COUNT_PATH, listTimeoutMs = 5000, onError } = options;
  checkOptions({ listDeployments, classify, path, listTimeoutMs, onError });

  const list = shareNext(async (log: (error: unknown) => void): Promise<Answer> => {
    try {
      const deployments = await withTimeout(async () => listDeployments(), listTimeoutMs);
      const { count, ids } = countInFlight(checkList(deployments), { classify });
      return jsonAnswer(200, { count, ids: ids.slice(0, MAX_IDS) });
    } catch (error) {
      report(onError ?? log, error);
      return UNAVAILABLE;
    }
  });

  return {
    path,
    async answer(method, log = console.error) {
      if (method !== 'GET' && method !== 'HEAD') return METHOD_NOT_ALLOWED;
      const answer = await list(log);
      return method === 'HEAD' ? { ...answer, body: '' } : answer;
    },
  };
}

function jsonAnswer(status: number, content: object, headers: Record<string, string> = {}): Answer {
  const body = JSON.stringify(content);
  return {
    status,
    headers: {
      ...headers,
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      'Content-Length': String(new TextEncoder().encode(body).byteLength),
    },
    body,
  };
}

async function withTimeout<T>(work: () => Promise<T>, limitMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`listDeployments took longer than ${limitMs} ms`));
    }, limitMs);
  });
  try {
    return await Promise.race([work(), timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** What can be iterated, but not over deployments, would be counted as nothing in flight. */
function checkList<D>(listed: Iterable<D>): Iterable<D> {
  if (listed instanceof Map) {
    throw new TypeError(
      'listDeployments must return an iterable of deployments, got a Map: return its values()',
    );
  }
  if (typeof listed !== 'object' || !(Symbol.iterator in Object(listed))) {
    throw new TypeError(`listDeployments must return an iterable of deployments, got ${typeof listed}`);
  }
  return listed;
}

/** A log that fails must not change the answer. */
function report(log: (error: unknown) => unknown, error: unknown): void {
  new Promise((resolve) => {
    resolve(log(error));
  }).catch(() => undefined);
}

function checkOptions(options: Record<string, unknown>): void {
  const { listDeployments, classify, path, listTimeoutMs, onError } = options;
  checkFunction('listDeployments', listDeployments);
  if (classify !== undefined) checkFunction('classify', classify);
  if (onError !== undefined) checkFunction('onError', onError);
  if (typeof path !== 'string' || !path.startsWith('/')) {
    throw new TypeError(`path must be a string that begins with a slash, got ${JSON.stringify(path)}`);
  }
  if (typeof listTimeoutMs !== 'number') {
    throw new TypeError(`listTimeoutMs must be a number, got ${typeof listTimeoutMs}`);
  }
  if (!(listTimeoutMs >= 1 && listTimeoutMs <= MAX_TIMEOUT_MS)) {
    throw new RangeError(
      `listTimeoutMs must be from 1 to ${MAX_TIMEOUT_MS} milliseconds, got ${listTimeoutMs}`,
    );
  }
}

function checkFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') throw new TypeError(`${name} must be a function, got ${typeof value}`);
}
