import type { Endpoint } from '../endpoint/endpoint.ts';
import { notFound } from '../endpoint/json-response.ts';

/** A web-standard request handler, as Hono, Next.js, Bun, Deno and Workers take it. */
export type FetchHandler = (request: Request) => Promise<Response>;

/** Puts endpoints behind a function from `Request` to `Response`. */
export function mountOnFetch(endpoints: readonly Endpoint[]): FetchHandler {
  return async function quietgate(request) {
    const { method, url } = request;
    const endpoint = endpoints.find(({ path }) => path === false || leadsTo(path, url));
    const { status, headers, body } =
      endpoint === undefined ? notFound(method) : await endpoint.answer(asEndpointRequest(request));
    // No body, and not an empty one: some servers write its length into the headers, which requests share.
    return new Response(body === '' ? null : body, { status, headers });
  };
}

function asEndpointRequest(request: Request) {
  const { method, url, headers } = request;
  return {
    method,
    query: () => queryOf(url),
    prefer: headers.get('prefer') ?? undefined,
    authorization: headers.get('authorization') ?? undefined,
    // Some hosts make a whole new request for the sake of its signal.
    signal: () => request.signal,
  };
}

/** Looks at a request's URL, which is absolute and normalised, without the cost of parsing it again. */
function leadsTo(path: string, url: string): boolean {
  const start = url.indexOf('/', url.indexOf('//') + 2);
  return url.startsWith(path, start) && ['', '?', '#'].includes(url.charAt(start + path.length));
}

function queryOf(url: string): string {
  return /^[^?#]*\?([^#]*)/.exec(url)?.[1] ?? '';
}
