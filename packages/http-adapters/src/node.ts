import type { Answer, InFlightCountOptions } from './in-flight-handler.ts';
import { createInFlightHandler, NOT_FOUND } from './in-flight-handler.ts';

export type { InFlightCountOptions } from './in-flight-handler.ts';

/** What is read of a request: Node's `IncomingMessage`, or that of http2's compatibility API. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
}

/** What is used of a response: Node's `ServerResponse`, or that of http2's compatibility API. */
export interface NodeResponse {
  readonly headersSent: boolean;
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(body: string): unknown;
}

/** A listener for `createServer`, and connect-style middleware. */
export type NodeHandler = (request: NodeRequest, response: NodeResponse, next?: () => void) => void;

/**
 * The in-flight count endpoint for Node's http and http2, and for connect-style middleware. Other paths go to
 * `next`, or get a 404 when there is none.
 *
 * @example
 * createServer(inFlightCount({ listDeployments: () => store.list() })).listen(8080);
 *
 * @throws TypeError or RangeError when an option is wrong
 */
export function inFlightCount<D extends { readonly id: string }>(
  options: InFlightCountOptions<D>,
): NodeHandler {
  const handler = createInFlightHandler(options);
  return function inFlightCount(request, response, next) {
    if (pathOf(request.url ?? '/') === handler.path) {
      void handler.answer(request.method ?? 'GET').then((answer) => {
        send(response, answer);
      });
    } else if (next === undefined) {
      send(response, NOT_FOUND);
    } else {
      next();
    }
  };
}

function send(response: NodeResponse, { status, headers, body }: Answer): void {
  // Something else, such as a time limit of the server's, may have answered meanwhile.
  if (response.headersSent) return;
  response.writeHead(status, { ...headers });
  response.end(body);
}

function pathOf(target: string): string {
  // A proxy may ask in absolute form, `GET http://host/path`.
  const local = target.startsWith('/') || !URL.canParse(target) ? target : new URL(target).pathname;
  return local.split('?', 1)[0] ?? local;
}
