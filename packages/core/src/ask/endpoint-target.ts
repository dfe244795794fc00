import type { Observation, Unavailable } from '../gate/observation.ts';
import { retryAfterMs } from '../gate/retry-policy.ts';
import { MAX_BODY_BYTES } from '../wire/size-limits.ts';
import { decodeBody } from './decode-body.ts';
import { errorMessage } from './error-message.ts';
import { discardBody, readBody } from './read-body.ts';
import type { Target } from './target.ts';

/** What the gate reads of a response. */
export type FetchResponse = Pick<Response, 'status' | 'headers' | 'body' | 'url' | 'redirected'>;

/** `fetch`, as far as the gate uses it. */
export type Fetch = (input: string, init: RequestInit) => Promise<FetchResponse>;

/** The endpoint at `url`. */
export function endpointTarget(url: URL, headers: Headers, fetch: Fetch): Target {
  const name = nameOf(url);
  return {
    name,
    async ask(signal) {
      try {
        const response = await fetch(url.href, { headers, signal });
        return await observe(response, `${name} answered`, signal);
      } catch (cause) {
        const message = `${name} could not be reached: ${errorMessage(cause)}`;
        return { reason: 'unreachable', message, cause };
      }
    },
  };
}

async function observe(response: FetchResponse, answered: string, signal: AbortSignal): Promise<Observation> {
  const { status } = response;
  const message = `${answered} ${status}${redirection(response)}`;
  if (status !== 200) {
    discardBody(response);
    return status === 404 ? notFound(message) : otherStatus(status, message, response.headers);
  }
  const body = await readBody(response, MAX_BODY_BYTES, signal);
  if (body === undefined) {
    return invalid(message, `the body is over ${MAX_BODY_BYTES} bytes`);
  }
  try {
    return { inFlight: decodeBody(body) };
  } catch (cause) {
    return { ...invalid(message, errorMessage(cause)), cause };
  }
}

function notFound(message: string): Unavailable {
  return {
    reason: 'not-found',
    message: `${message}: there is no such endpoint`,
    status: 404,
  };
}

function otherStatus(status: number, message: string, headers: Headers): Unavailable {
  return {
    reason: 'http-status',
    message,
    status,
    retryAfterMs: retryAfterMs(status, headers.get('retry-after')),
  };
}

function invalid(message: string, why: string): Unavailable {
  return {
    reason: 'invalid-response',
    message: `${message}, but not with an in-flight count: ${why}`,
    status: 200,
  };
}

/** A login page answers 200 too: the message says where the redirects ended. */
function redirection({ redirected, url }: FetchResponse): string {
  return redirected && URL.canParse(url) ? ` (redirected to ${nameOf(new URL(url))})` : '';
}

/** A URL for the log: without a user name, a password, and a query that may hold a token. */
function nameOf({ origin, pathname }: URL): string {
  return origin + pathname;
}
