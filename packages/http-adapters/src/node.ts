import type { Deployment } from '@quietgate/core';
import type { DeployCordonOptions } from './endpoint/cordon-options.ts';
import { createDeployCordon } from './endpoint/deploy-cordon.ts';
import { createInFlightCount } from './endpoint/in-flight-count.ts';
import type { InFlightCountOptions } from './endpoint/options.ts';
import { createServeRuns, type ServeRunsOptions } from './endpoint/serve-runs.ts';
import { mountOnNode, type NodeHandler } from './mount/mount-on-node.ts';

export type { CordonEvent, DeployCordonOptions } from './endpoint/cordon-options.ts';
export type { InFlightCountOptions } from './endpoint/options.ts';
export type { ServeRunsOptions } from './endpoint/serve-runs.ts';
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

/**
 * The endpoint of the cordon, by which a deploy job blocks new runs until its lease expires or is released. Mounted as
 * `inFlightCount` is. Every request needs a token.
 *
 * @example
 * createServer(deployCordon({ cordon, authorize: process.env.CORDON_TOKEN ?? '' }));
 *
 * @throws TypeError or RangeError when an option is wrong
 */
export function deployCordon(options: DeployCordonOptions): NodeHandler {
  return mountOnNode([createDeployCordon(options)]);
}

/**
 * The endpoints of a server's runs: how many are in flight, whether it is quiet and, with a token, the cordon by which a deploy
 * job blocks new runs. Mounted as `inFlightCount` is. Once the drain of the runs has begun, pending requests are answered, so that
 * the server can close.
 *
 * @example
 * const runs = createRuns();
 * createServer(serveRuns({ runs, cordonToken: process.env.CORDON_TOKEN })).listen(8080);
 *
 * @throws TypeError or RangeError when an option is wrong
 */
export function serveRuns(options: ServeRunsOptions): NodeHandler {
  return mountOnNode(createServeRuns(options));
}
