import type { IncomingMessage } from 'node:http';
import { decodedBody } from './decoded-body.ts';
import { NetworkBody } from './network-body.ts';

/** What the gate reads of a response. */
export type NetworkResponse = Pick<Response, 'status' | 'headers' | 'body' | 'url' | 'redirected'>;

/** Statuses whose response has no body. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

export interface ResponseOptions {
  readonly url: URL;
  readonly redirected: boolean;
  /** Called when the body has been read, or will not be. */
  readonly onEnd: () => void;
  /** Turns an error of the connection into the one that a reader of the body gets. */
  readonly toError: (error: unknown) => unknown;
}

/** Node's response as one of `fetch`. Its body is read no faster than its reader asks for it. */
export function toFetchResponse(response: IncomingMessage, options: ResponseOptions): NetworkResponse {
  const { url, redirected } = options;
  const status = response.statusCode ?? 0;
  return {
    status,
    headers: headersOf(response),
    url: url.origin + url.pathname + url.search,
    redirected,
    body: WITHOUT_BODY.has(status) ? emptyBody(options) : bodyOf(response, options),
  };
}

/** Not Node's own `Headers`, which load the whole of its fetch: core asks for headers by name, and for nothing else. */
function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers: Pick<Headers, 'get'> = {
    get: (name) => headersDistinct[name.toLowerCase()]?.join(', ') ?? null,
  };
  return headers as Headers;
}

function emptyBody({ onEnd }: ResponseOptions): null {
  onEnd();
  return null;
}

function bodyOf(response: IncomingMessage, { onEnd, toError }: ResponseOptions): Response['body'] {
  return new NetworkBody(decodedBody(response), onEnd, toError) as Pick<
    ReadableStream<Uint8Array<ArrayBuffer>>,
    'cancel'
  > as ReadableStream<Uint8Array<ArrayBuffer>>;
}
