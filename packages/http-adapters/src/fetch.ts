import { createInFlightHandler } from './in-flight-handler.ts';
import type { InFlightCountOptions } from './options.ts';

export type { InFlightCountOptions } from './options.ts';

/** A web-standard request handler, as Hono, Next.js, Bun, Deno and Workers take it. */
export type FetchHandler = (request: Request) => Promise<Response>;

/**
 * The in-flight count endpoint for everything that speaks `Request` and `Response`. Other paths get a 404. Never
 * rejects.
 *
 * @example
 * const answer = inFlightCount({ listDeployments: () => store.list() });
 * app.all(IN_FLIGHT_COUNT_PATH, (context) => answer(context.req.raw));
 *
 * @throws TypeError or RangeError when an option is wrong
 */
export function inFlightCount<D extends { readonly id: string }>(
  options: InFlightCountOptions<D>,
): FetchHandler {
  const handler = createInFlightHandler(options);
  return async function inFlightCount({ method, url }) {
    const isHere = leadsTo(handler.path, url);
    const { status, headers, body } = isHere ? await handler.answer(method) : handler.notFound(method);
    // No body, and not an empty one: some servers write its length into the headers, which requests share.
    return new Response(body === '' ? null : body, { status, headers });
  };
}

/** Looks at a request's URL, which is absolute and normalised, without the cost of parsing it again. */
function leadsTo(path: string, url: string): boolean {
  const start = url.indexOf('/', url.indexOf('//') + 2);
  return url.startsWith(path, start) && ['', '?', '#'].includes(url.charAt(start + path.length));
}
