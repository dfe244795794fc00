import type { LeaseObservation, Unavailable } from '../gate/observation.ts';
import { unavailable } from './unavailable.ts';
import { nameOf, urlUnder } from '../options/base-url.ts';
import { parseLease } from '../wire/lease.ts';
import { retryAfterMs } from '../wire/retry-after.ts';
import { MAX_BODY_BYTES } from '../wire/size-limits.ts';
import type { EndpointAccess } from './count-endpoint.ts';
import type { FetchResponse } from './fetch.ts';
import { discardBody, readBody } from './read-body.ts';
import type { Supply } from './supply.ts';
import { unreachable } from './unreachable.ts';

/** Where a cordon is, and what opens it; the token wins over an `Authorization` among the headers. */
export interface CordonAccess extends EndpointAccess {
  readonly token: Supply<string>;
}

/** A cordon's endpoint. */
export interface CordonEndpoint {
  /** Begins a message, as in "the cordon at https://… answered 503". */
  readonly name: string;
  /**
   * Makes one request. Never rejects. The token goes to the URL's origin only, on no redirect; and no message holds it,
   * or anything of the answer's body, since a server may echo it.
   */
  readonly request: (
    method: 'PUT' | 'DELETE' | 'GET',
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ) => Promise<CordonAnswer>;
  /** Raises the cordon, or renews a lease of it: a request, too. */
  readonly raise: (wanted: WantedLease, signal: AbortSignal) => Promise<LeaseObservation>;
}

/** What is asked for. */
export interface WantedLease {
  readonly holder: string;
  readonly leaseMs: number;
  /** The id of the lease that the holder believes to have. */
  readonly renews: string | undefined;
}

/** What came of one request: an answer of 200 in JSON, or why there was none. */
export type CordonAnswer = { readonly type: 'answered'; readonly json: unknown } | Unavailable;

/** The endpoint of a cordon, to which the query of the base URL is not sent. */
export function cordonEndpoint({ base, path, token, headers, fetch }: CordonAccess): CordonEndpoint {
  const name = `the cordon at ${nameOf(urlUnder(base, path))}`;
  const request: CordonEndpoint['request'] = async (method, query, signal) => {
    const url = urlUnder(base, path);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    let secret: string | undefined;
    let isSent = false;
    try {
      const given = headers(signal);
      const own = given instanceof Promise ? await given : given;
      signal.throwIfAborted();
      const opener = token(signal);
      secret = opener instanceof Promise ? await opener : opener;
      signal.throwIfAborted();
      const sent = { ...own, authorization: `Bearer ${secret}` };
      isSent = true;
      const response = await fetch(url.href, { method, headers: sent, signal, redirect: 'manual' });
      return await observeCordonResponse(response, `${name} answered`, signal);
    } catch (cause) {
      const failed = { ...unreachable(name, cause, secret), cause: undefined }; // it may hold the token
      // Its time may have been over before there was a token.
      return isSent && mayHaveArrived(cause) ? failed : { ...failed, detail: 'unsent' };
    }
  };
  return {
    name,
    request,
    async raise({ holder, leaseMs, renews }, signal) {
      const query = {
        holder,
        seconds: String(leaseMs / 1000),
        ...(renews !== undefined && { lease: renews }),
      };
      const answer = await request('PUT', query, signal);
      return answer.type === 'unavailable' ? answer : observeLease(answer.json, name);
    },
  };
}

function observeLease(json: unknown, name: string): LeaseObservation {
  try {
    const { lease, seconds } = parseLease(json);
    return { type: 'granted', id: lease, leaseMs: seconds * 1000 };
  } catch {
    return unavailable('invalid-response', `${name} answered 200, but without a lease`, { status: 200 });
  }
}

async function observeCordonResponse(
  response: FetchResponse,
  answered: string,
  signal: AbortSignal,
): Promise<CordonAnswer> {
  const { status } = response;
  if (isRedirect(response)) {
    discardBody(response);
    const message = `${answered} with a redirect, which the token does not follow`;
    return unavailable('http-status', message, { status, detail: 'redirect' });
  }
  if (status !== 200) {
    discardBody(response);
    const meaning = MEANINGS.get(status);
    const message = `${answered} ${status}${meaning === undefined ? '' : `: ${meaning}`}`;
    const reason = status === 404 ? 'not-found' : 'http-status';
    const pauseMs = retryAfterMs(status, response.headers.get('retry-after'));
    return unavailable(reason, message, { status, retryAfterMs: pauseMs });
  }
  const body = await readBody(response, MAX_BODY_BYTES, signal);
  try {
    // Of a body that is too long there is nothing, which is no JSON either.
    return { type: 'answered', json: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) };
  } catch {
    return unavailable('invalid-response', `${answered} 200, but not in JSON`, { status });
  }
}

/** Node's codes for a connection that was never made, so that no server has heard of the request. */
const UNCONNECTED: readonly unknown[] = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];

/** Whether there may have been a connection, by an error and its causes: `fetch` itself has no code. */
function mayHaveArrived(error: unknown): boolean {
  try {
    const { code, cause } = error as { code?: unknown; cause?: unknown };
    return !UNCONNECTED.includes(code) && mayHaveArrived(cause);
  } catch {
    return true; // there is no further cause, or it cannot be read
  }
}

/** What a status says here. */
const MEANINGS: ReadonlyMap<number, string> = new Map([
  [401, 'the token is wrong'],
  [403, 'the token is not allowed to'],
  [404, 'no cordon answers there'],
  [405, 'no cordon answers there'],
  [
    409,
    "an operator released the lease, or the cordon has been up for too long: the server's log says which",
  ],
]);

/** A fetch that was told not to follow shows the redirect, or hides it as a status of 0; or it has followed after all. */
function isRedirect({ status, redirected }: FetchResponse): boolean {
  return redirected || status === 0 || (status >= 300 && status <= 399);
}
