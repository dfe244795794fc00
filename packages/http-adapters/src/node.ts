import type { Deployment } from '@quietgate/core';
import { createInFlightCount } from './endpoint/in-flight-count.ts';
import type { InFlightCountOptions } from './endpoint/options.ts';
import { mountOnNode, type NodeHandler } from './mount/mount-on-node.ts';

export type { InFlightCountOptions } from './endpoint/options.ts';
export type { NodeHandler } from './mount/mount-on-node.ts';

/**
 * The in-flight count endpoint for Node's http and http2, and for connect-style middleware. Other paths go to
 * `next`, or get a 404 when there is none.
 *
 * @example
 * createServer(inFlightCount({ listDeployments: () => store.list() })).listen(8080);
 *
 * @throws TypeError or RangeError when an option is wrong
 */
export function inFlightCount<D extends { readonly id: string } = Deployment>(
  options: InFlightCountOptions<D>,
): NodeHandler {
  return mountOnNode(createInFlightCount(options));
}
