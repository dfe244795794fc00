import { type Answer, createInFlightHandler } from './in-flight-handler.ts';
import type { InFlightCountOptions } from './options.ts';

export type { InFlightCountOptions } from './options.ts';

/** A listener for `createServer` of http and http2, and connect-style middleware. */
export type NodeHandler = (
  request: { readonly method?: string | undefined; readonly url?: string | undefined },
  response: {
    readonly headersSent: boolean;
    writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
    end(body: string): unknown;
  },
  next?: (error?: unknown) => void,
) => void;

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
  return function inFlightCount({ method = 'GET', url = '/' }, response, next) {
    const send = ({ status, headers, body }: Answer) => {
      // Something else, such as a time limit of the server's, may have answered meanwhile.
      if (response.headersSent) return;
      response.writeHead(status, headers);
      response.end(body);
    };
    // What another middleware's hook into the head throws is for `next`, and must not end the process.
    if (pathOf(url) === handler.path)
      void handler
        .answer(method)
        .then(send)
        .catch(next ?? console.error);
    else if (next === undefined) send(handler.notFound(method));
    else next();
  };
}

/** A proxy may ask in absolute form, `GET http://host/path`. */
function pathOf(target: string): string {
  const local = URL.canParse(target) ? new URL(target).pathname : target;
  return local.split('?', 1)[0] ?? local;
}
