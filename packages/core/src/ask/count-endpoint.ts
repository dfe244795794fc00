import type { PollObservation, Unavailable } from '../gate/observation.ts';
import { nameOf, urlUnder } from '../options/base-url.ts';
import { readAge } from '../wire/age.ts';
import { decodeCount } from '../wire/decode-count.ts';
import { appliedWait, formatWait } from '../wire/prefer.ts';
import { retryAfterMs } from '../wire/retry-after.ts';
import { MAX_BODY_BYTES } from '../wire/size-limits.ts';
import { parseUnknown, UNKNOWN_HEADER } from '../wire/unknown.ts';
import type { CountTarget } from './count-target.ts';
import { errorMessage } from './error-message.ts';
import type { Fetch, FetchResponse } from './fetch.ts';
import { discardBody, readBody } from './read-body.ts';
import type { Supply } from './supply.ts';
import { unreachable } from './unreachable.ts';

/** Where an endpoint is, and how it is asked. */
export interface EndpointAccess {
  /** The base URL of the API. */
  readonly base: URL;
  readonly path: string;
  readonly headers: Supply<Headers>;
  readonly fetch: Fetch;
}

/** The endpoint that says how much is in flight; each request carries the query of the base URL, too. */
export function countEndpoint({ base, path, headers, fetch }: EndpointAccess): CountTarget {
  const url = urlUnder(base, path);
  const name = nameOf(url);
  const query = base.search === '' ? '?' : `${base.search}&`;
  return {
    name,
    async ask(signal, waitS) {
      try {
        const given = headers(signal);
        const sent = new Headers(given instanceof Promise ? await given : given);
        signal.throwIfAborted();
        if (waitS !== undefined) sent.set('prefer', formatWait(waitS));
        const response = await fetch(`${url.href}${query}nonce=${nonce()}`, { headers: sent, signal });
        return await observeCount(response, `${name} answered`, signal);
      } catch (cause) {
        return unreachable(name, cause);
      }
    },
  };
}

/** Another text for each request, so that no cache on the way has seen the URL before. */
function nonce(): string {
  return Math.random().toString(36).slice(2);
}

async function observeCount(
  response: FetchResponse,
  answered: string,
  signal: AbortSignal,
): Promise<PollObservation> {
  const { status, headers } = response;
  const redirectedTo = endOfRedirects(response);
  const message = `${answered} ${status}${redirectedTo === undefined ? '' : ` (redirected to ${redirectedTo})`}`;
  if (status !== 200) {
    discardBody(response);
    return status === 404 ? notFound(message) : otherStatus(status, message, headers);
  }
  const body = await readBody(response, MAX_BODY_BYTES, signal);
  if (body === undefined) return invalid(message, `the body is over ${MAX_BODY_BYTES} bytes`);
  try {
    const inFlight = decodeCount(body);
    const ageS = readAge(headers.get('age'));
    if (inFlight.count === 0 && ageS !== undefined) return cachedZero(message, ageS);
    const isWaitApplied = appliedWait(headers.get('preference-applied')) !== undefined;
    const unknown = parseUnknown(headers.get(UNKNOWN_HEADER));
    return { type: 'counted', inFlight, isWaitApplied, redirectedTo, unknown };
  } catch (cause) {
    return { ...invalid(message, errorMessage(cause)), cause };
  }
}

function notFound(message: string): Unavailable {
  return {
    type: 'unavailable',
    reason: 'not-found',
    message: `${message}: there is no such endpoint`,
    status: 404,
  };
}

function otherStatus(status: number, message: string, headers: FetchResponse['headers']): Unavailable {
  return {
    type: 'unavailable',
    reason: 'http-status',
    message,
    status,
    retryAfterMs: retryAfterMs(status, headers.get('retry-after')),
  };
}

function invalid(message: string, why: string): Unavailable {
  return {
    type: 'unavailable',
    reason: 'invalid-response',
    message: `${message}, but not with an in-flight count: ${why}`,
    status: 200,
  };
}

/** It may be from before a run began. */
function cachedZero(message: string, ageS: number): Unavailable {
  return {
    type: 'unavailable',
    reason: 'invalid-response',
    message: `${message}, but out of a cache, with a zero that is ${ageS} s old`,
    status: 200,
    detail: 'cached-zero',
  };
}

/** A login page answers 200 too: messages and results say where the redirects ended. */
function endOfRedirects({ redirected, url }: FetchResponse): string | undefined {
  return redirected && URL.canParse(url) ? nameOf(new URL(url)) : undefined;
}
