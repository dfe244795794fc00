import type { PollObservation, Unavailable } from '../gate/observation.ts';
import { unavailable } from './unavailable.ts';
import { nameOf, urlUnder } from '../options/base-url.ts';
import type { RequestHeaders } from '../options/request-headers.ts';
import { readAge } from '../wire/age.ts';
import { decodeCount } from '../wire/parse-in-flight-count.ts';
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
  readonly headers: Supply<RequestHeaders>;
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
        const own = given instanceof Promise ? await given : given;
        signal.throwIfAborted();
        const sent = waitS === undefined ? own : { ...own, prefer: formatWait(waitS) };
        const response = await fetch(`${url.href}${query}nonce=${nonce()}`, { headers: { ...sent }, signal });
        return await observeCountResponse(response, `${name} answered`, signal);
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

async function observeCountResponse(
  response: FetchResponse,
  answered: string,
  signal: AbortSignal,
): Promise<PollObservation> {
  const { status, headers } = response;
  const redirectedTo = endOfRedirects(response);
  const message = `${answered} ${status}${redirectedTo === undefined ? '' : ` (redirected to ${redirectedTo})`}`;
  if (status !== 200) {
    discardBody(response);
    return status === 404
      ? unavailable('not-found', `${message}: there is no such endpoint`, { status })
      : unavailable('http-status', message, {
          status,
          retryAfterMs: retryAfterMs(status, headers.get('retry-after')),
        });
  }
  const invalid = (why: string, more: Pick<Unavailable, 'cause' | 'detail'> = {}) =>
    unavailable('invalid-response', `${message}, but ${why}`, { status, ...more });
  const notACount = 'not with an in-flight count';
  const body = await readBody(response, MAX_BODY_BYTES, signal);
  if (body === undefined) return invalid(`${notACount}: the body is over ${MAX_BODY_BYTES} bytes`);
  try {
    const inFlight = decodeCount(body);
    const ageS = readAge(headers.get('age'));
    if (inFlight.count === 0 && ageS !== undefined) {
      // It may be from before a run began.
      return invalid(`out of a cache, with a zero that is ${ageS} s old`, { detail: 'cached-zero' });
    }
    const isWaitApplied = appliedWait(headers.get('preference-applied')) !== undefined;
    const unknown = parseUnknown(headers.get(UNKNOWN_HEADER));
    return { type: 'counted', inFlight, isWaitApplied, redirectedTo, unknown };
  } catch (cause) {
    return invalid(`${notACount}: ${errorMessage(cause)}`, { cause });
  }
}

/** A login page answers 200 too: messages and results say where the redirects ended. */
function endOfRedirects({ redirected, url }: FetchResponse): string | undefined {
  return redirected && URL.canParse(url) ? nameOf(new URL(url)) : undefined;
}
