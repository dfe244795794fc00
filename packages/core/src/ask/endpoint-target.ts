import type { PollObservation, Unavailable } from '../gate/observation.ts';
import { appliedWait, formatWait } from '../wire/prefer.ts';
import { retryAfterMs } from '../wire/retry-after.ts';
import { MAX_BODY_BYTES } from '../wire/size-limits.ts';
import { nameOf, urlUnder } from './base-url.ts';
import { decodeBody } from './decode-body.ts';
import { errorMessage } from './error-message.ts';
import { discardBody, readBody } from './read-body.ts';
import type { Target } from './target.ts';

/** What the gate reads of a response. */
export type FetchResponse = Pick<Response, 'status' | 'headers' | 'body' | 'url' | 'redirected'>;

/** `fetch`, as far as the gate uses it. */
export type Fetch = (input: string, init: RequestInit) => Promise<FetchResponse>;

/** Looked up at each request, so that a `fetch` that is replaced later is the one that is used. */
export const globalFetch: Fetch = (input, init) => globalThis.fetch(input, init);

/** The endpoint on `path` under a base URL, whose query each request carries, too. */
export function endpointTarget(base: URL, path: string, headers: Headers, fetch: Fetch): Target {
  const url = urlUnder(base, path);
  const name = nameOf(url);
  const query = base.search === '' ? '?' : `${base.search}&`;
  return {
    name,
    async ask(signal, waitS) {
      const sent = new Headers(headers);
      if (waitS !== undefined) sent.set('prefer', formatWait(waitS));
      try {
        const response = await fetch(`${url.href}${query}nonce=${nonce()}`, { headers: sent, signal });
        return await observe(response, `${name} answered`, signal);
      } catch (cause) {
        const message = `${name} could not be reached: ${errorMessage(cause)}`;
        return { type: 'unavailable', reason: 'unreachable', message, cause };
      }
    },
  };
}

/** Another text for each request, so that no cache on the way has seen the URL before. */
function nonce(): string {
  return Math.random().toString(36).slice(2);
}

async function observe(
  response: FetchResponse,
  answered: string,
  signal: AbortSignal,
): Promise<PollObservation> {
  const { status } = response;
  const redirectedTo = endOfRedirects(response);
  const message = `${answered} ${status}${redirectedTo === undefined ? '' : ` (redirected to ${redirectedTo})`}`;
  if (status !== 200) {
    discardBody(response);
    return status === 404 ? notFound(message) : otherStatus(status, message, response.headers);
  }
  const body = await readBody(response, MAX_BODY_BYTES, signal);
  if (body === undefined) {
    return invalid(message, `the body is over ${MAX_BODY_BYTES} bytes`);
  }
  try {
    const inFlight = decodeBody(body);
    const ageS = readAge(response.headers.get('age'));
    if (inFlight.count === 0 && ageS !== undefined) return cachedZero(message, ageS);
    const isWaitApplied = appliedWait(response.headers.get('preference-applied')) !== undefined;
    return { type: 'counted', inFlight, isWaitApplied, redirectedTo };
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

/** The first age above zero, of a header that each cache on the way may have added to. */
function readAge(header: string | null): number | undefined {
  return header
    ?.split(',')
    .map(Number)
    .find((seconds) => seconds > 0);
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
