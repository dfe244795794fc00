import type { Unavailable } from '../gate/observation.ts';
import { retryAfterMs } from '../wire/retry-after.ts';
import { MAX_BODY_BYTES } from '../wire/size-limits.ts';
import { nameOf, urlUnder } from './base-url.ts';
import type { Fetch, FetchResponse } from './endpoint-target.ts';
import { errorMessage } from './error-message.ts';
import { discardBody, readBody } from './read-body.ts';

/** Where a cordon is, and what opens it. */
export interface CordonAccess {
  /** The base URL of the API. */
  readonly base: URL;
  readonly path: string;
  readonly token: string;
  /** Sent as well; the token wins over an `Authorization` among them. */
  readonly headers: Headers;
  readonly fetch: Fetch;
}

/** The result of one request to a cordon's endpoint: an answer of 200 in JSON, or why there was none. */
export type CordonAnswer = { readonly type: 'answered'; readonly json: unknown } | Unavailable;

/** Begins a message, as in "the cordon at https://… answered 503". */
export function cordonName({ base, path }: Pick<CordonAccess, 'base' | 'path'>): string {
  return `the cordon at ${nameOf(urlUnder(base, path))}`;
}

/**
 * Makes one request to a cordon's endpoint. Never rejects. The token goes to the URL's origin only, on no redirect; and
 * no message holds it, or anything of the answer's body, since a server may echo it.
 */
export async function requestCordon(
  access: CordonAccess,
  method: 'PUT' | 'DELETE' | 'GET',
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<CordonAnswer> {
  const { base, path, token, headers, fetch } = access;
  const name = cordonName(access);
  const url = urlUnder(base, path);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  const sent = new Headers(headers);
  sent.set('authorization', `Bearer ${token}`);
  try {
    const response = await fetch(url.href, { method, headers: sent, signal, redirect: 'manual' });
    return await observe(response, `${name} answered`, signal);
  } catch (cause) {
    return {
      type: 'unavailable',
      reason: 'unreachable',
      message: `${name} could not be reached: ${errorMessage(cause, token)}`,
    };
  }
}

async function observe(
  response: FetchResponse,
  answered: string,
  signal: AbortSignal,
): Promise<CordonAnswer> {
  const { status } = response;
  if (isRedirect(response)) {
    discardBody(response);
    const message = `${answered} with a redirect, which the token does not follow`;
    return { type: 'unavailable', reason: 'http-status', message, status, detail: 'redirect' };
  }
  if (status !== 200) {
    discardBody(response);
    const meaning = MEANINGS.get(status);
    const message = `${answered} ${status}${meaning === undefined ? '' : `: ${meaning}`}`;
    const pauseMs = retryAfterMs(status, response.headers.get('retry-after'));
    return { type: 'unavailable', reason: 'http-status', message, status, retryAfterMs: pauseMs };
  }
  const body = await readBody(response, MAX_BODY_BYTES, signal);
  try {
    // Of a body that is too long there is nothing, which is no JSON either.
    return {
      type: 'answered',
      json: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown,
    };
  } catch {
    return {
      type: 'unavailable',
      reason: 'invalid-response',
      message: `${answered} 200, but not in JSON`,
      status,
    };
  }
}

/** What a status says here. */
const MEANINGS: ReadonlyMap<number, string> = new Map([
  [401, 'the token is wrong'],
  [403, 'the token is not allowed to'],
  [404, 'the server has no cordon'],
  [405, 'the server has no cordon'],
  [409, 'it may not be raised now, since an operator lifted it, or it has been up for too long'],
]);

/** A fetch that was told not to follow shows the redirect, or hides it as a status of 0; or it has followed after all. */
function isRedirect({ status, redirected }: FetchResponse): boolean {
  return redirected || status === 0 || (status >= 300 && status <= 399);
}
