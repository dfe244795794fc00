import { inFlightCount as nodeInFlightCount, type NodeHandler } from './node.ts';
import type { InFlightCountOptions } from './options.ts';

export type { InFlightCountOptions } from './options.ts';

/** Middleware of Express 4 and 5, whose requests and responses are Node's. */
export type ExpressHandler = (...[request, response, next]: Required<Parameters<NodeHandler>>) => void;

/**
 * The in-flight count endpoint for Express. Answers its path, below wherever it is mounted, and leaves every other
 * to the rest of the app.
 *
 * @example
 * app.use(inFlightCount({ listDeployments: () => store.list() }));
 *
 * @throws TypeError or RangeError when an option is wrong
 */
export function inFlightCount<D extends { readonly id: string }>(
  options: InFlightCountOptions<D>,
): ExpressHandler {
  return nodeInFlightCount(options);
}
