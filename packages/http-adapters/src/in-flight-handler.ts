import { countInFlight, type InFlightCount } from '@quietgate/core';
import { type InFlightCountOptions, kindOf, resolveOptions } from './options.ts';
import { shareNext } from './share-next.ts';

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
  /** Answers a request for any other path, where nobody else would. */
  notFound(method: string): Answer;
}

/** However many are in flight, the answer is bounded; `count` stays whole. */
const MAX_IDS = 1000;

/** A gate takes a longer body for no count at all, and opens. */
const MAX_BODY_BYTES = 1024 * 1024;

const EXPECTED_LIST = 'listDeployments must return an iterable of deployments';

const METHOD_NOT_ALLOWED = jsonAnswer(405, { error: 'method not allowed' }, { Allow: 'GET, HEAD' });
const NOT_FOUND = jsonAnswer(404, { error: 'not found' });
const UNAVAILABLE = jsonAnswer(503, { error: 'in-flight count unavailable' });

/**
 * Makes the handler that all adapters share.
 *
 * @throws TypeError when an option is of the wrong kind
 * @throws RangeError when `listTimeoutMs` is out of its range
 */
export function createInFlightHandler<D extends { readonly id: string }>(
  options: InFlightCountOptions<D>,
): InFlightHandler {
  const { listDeployments, classify, path, listTimeoutMs, onError } = resolveOptions(options);

  const countDeployments = async () => countInFlight(checkList(await listDeployments()), { classify });

  const listAndAnswer = shareNext(async (log: (error: unknown) => void): Promise<Answer> => {
    try {
      return countAnswer(await withTimeout(countDeployments, listTimeoutMs), MAX_IDS);
    } catch (error) {
      report(onError ?? log, error);
      return UNAVAILABLE;
    }
  });

  return {
    path,
    answer(method, log = console.error) {
      if (method === 'GET') return listAndAnswer(log);
      return method === 'HEAD' ? listAndAnswer(log).then(withoutBody) : Promise.resolve(METHOD_NOT_ALLOWED);
    },
    notFound: (method) => (method === 'HEAD' ? withoutBody(NOT_FOUND) : NOT_FOUND),
  };
}

/** Lists at most so many ids, and only as many as a gate reads. */
function countAnswer(inFlight: InFlightCount, maxIds: number): Answer {
  const { count, ids } = inFlight;
  const answer = jsonAnswer(200, { count, ids: ids.slice(0, maxIds) });
  return Number(answer.headers['Content-Length']) <= MAX_BODY_BYTES
    ? answer
    : countAnswer(inFlight, Math.floor(maxIds / 2));
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

function withoutBody(answer: Answer): Answer {
  return { ...answer, body: '' };
}

async function withTimeout<T>(work: () => Promise<T>, limitMs: number): Promise<T> {
  const startedAt = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = () => new Error(`listing the deployments took longer than ${limitMs} ms`);
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(tooLong());
    }, limitMs);
  });
  try {
    const result = await Promise.race([work(), expiry]);
    // No timer fires while synchronous work is at it.
    if (performance.now() - startedAt > limitMs) throw tooLong();
    return result;
  } finally {
    clearTimeout(timer);
  }
}

/** What is iterable, but not over deployments, would be counted as nothing in flight, and open the gate. */
function checkList<D>(listed: Iterable<D>): Iterable<D> {
  if (listed instanceof Map) throw new TypeError(`${EXPECTED_LIST}, got a Map: return its values()`);
  if (typeof listed !== 'object' || !(Symbol.iterator in Object(listed))) {
    throw new TypeError(`${EXPECTED_LIST}, got ${kindOf(listed)}`);
  }
  return listed;
}

/** A log that fails must not change the answer. */
function report(log: (error: unknown) => unknown, error: unknown): void {
  new Promise((resolve) => {
    resolve(log(error));
  }).catch(() => undefined);
}
