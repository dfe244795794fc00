import type { EndpointResponse, Endpoint } from '../endpoint/endpoint.ts';
import { notFound } from '../endpoint/json-response.ts';
import { isServerClosing } from './is-server-closing.ts';
import { signalOfLeaving } from './signal-of-leaving.ts';

/** A listener for `createServer` of http and http2, and connect-style middleware. */
export type NodeHandler = (
  request: {
    readonly method?: string | undefined;
    readonly url?: string | undefined;
    /** What was asked for, where a router has taken its mount's path off `url`. */
    readonly originalUrl?: string | undefined;
    /** The route of Express that matched. */
    readonly route?: { readonly path?: unknown } | undefined;
    readonly httpVersionMajor?: number | undefined;
    /** The connection, which knows its server. */
    readonly socket?: unknown;
    /** The values of a header that is sent several times may come as a list: it counts as one value, joined by commas. */
    readonly headers?: Readonly<Record<string, string | string[] | undefined>> | undefined;
  },
  response: {
    readonly headersSent: boolean;
    readonly writableEnded?: boolean;
    writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
    end(body: string): unknown;
    once?(event: 'close', listener: () => void): unknown;
  },
  next?: (error?: unknown) => void,
) => void;

/** Puts endpoints on Node's http and http2, and into a chain of connect-style middleware. */
export function mountOnNode(endpoints: readonly Endpoint[]): NodeHandler {
  return function quietgate(request, response, next) {
    const { method = 'GET', url = '/', headers = {} } = request;
    const send = (answer: EndpointResponse) => {
      // Something else, such as a time limit of the server's, may have answered meanwhile.
      if (response.headersSent) return;
      response.writeHead(answer.status, sentHeaders(answer, request));
      response.end(answer.body);
    };
    const left = splitTarget(url);
    const endpoint = endpoints.find(
      ({ path }) => path === false || path === left.path || isMountedFor(path, left.path, request),
    );
    if (endpoint !== undefined) {
      const asked = {
        method,
        query: () => left.query,
        prefer: headers['prefer']?.toString(),
        authorization: headers['authorization']?.toString(),
        signal: () => signalOfLeaving(response),
        isServerClosing: () => isServerClosing(request),
      };
      // What another middleware's hook into the head throws is for `next`, and must not end the process.
      void endpoint
        .answer(asked)
        .then(send)
        .catch(next ?? console.error);
    } else if (next === undefined) send(notFound(method));
    else next();
  };
}

/** The headers of a response, with the one that closes the connection of a server that closes, which HTTP/2 has not. */
export function sentHeaders(
  { headers, isLast }: EndpointResponse,
  request: Pick<Parameters<NodeHandler>[0], 'httpVersionMajor' | 'socket'>,
): EndpointResponse['headers'] {
  const { httpVersionMajor = 1 } = request;
  const closes = (isLast === true || isServerClosing(request)) && httpVersionMajor < 2;
  return closes ? { ...headers, Connection: 'close' } : headers;
}

/** What counts beside the path that is left is the one that was asked for. */
function isMountedFor(
  path: string,
  left: string,
  { originalUrl, route }: Parameters<NodeHandler>[0],
): boolean {
  if (originalUrl === undefined) return false;
  const asked = splitTarget(originalUrl).path;
  // Mounted under the endpoint's own path, or on a route for it, below a prefix.
  const isMatched = left === '/' || left === route?.path;
  return asked === path || (isMatched && asked.endsWith(path));
}

/** Splits what stands in a request's first line. A proxy may ask in absolute form, `GET http://host/path`. */
export function splitTarget(target: string): { path: string; query: string } {
  const isAbsolute = !target.startsWith('/') && URL.canParse(target);
  const { pathname, search } = isAbsolute ? new URL(target) : splitOnce(target);
  return { path: pathname, query: search.slice(1) };
}

function splitOnce(target: string): { pathname: string; search: string } {
  const end = target.indexOf('?');
  return end < 0
    ? { pathname: target, search: '' }
    : { pathname: target.slice(0, end), search: target.slice(end) };
}
