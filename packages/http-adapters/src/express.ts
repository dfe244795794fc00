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
export function inFlightCount<D extends { readonly id: string } = Deployment>(
  options: InFlightCountOptions<D>,
): ExpressHandler {
  return mountOnNode(createInFlightCount(options));
}

/**
 * The endpoint of the cordon, by which a deploy job blocks new runs until its lease expires or is released. Mounted as
 * `inFlightCount` is. Every request needs a token.
 *
 * @example
 * app.use(deployCordon({ cordon, authorize: process.env.CORDON_TOKEN ?? '' }));
 *
 * @throws TypeError or RangeError when an option is wrong
 */
export function deployCordon(options: DeployCordonOptions): ExpressHandler {
  return mountOnNode([createDeployCordon(options)]);
}

/**
 * The endpoints of a server's runs: how many are in flight, whether it is quiet and, with a token, the cordon by which a deploy
 * job blocks new runs. Mounted as `inFlightCount` is. Once the drain of the runs has begun, pending requests are answered, so that
 * the server can close.
 *
 * @example
 * const runs = createRuns();
 * app.use(serveRuns({ runs, cordonToken: process.env.CORDON_TOKEN }));
 *
 * @throws TypeError or RangeError when an option is wrong
 */
export function serveRuns(options: ServeRunsOptions): ExpressHandler {
  return mountOnNode(createServeRuns(options));
}
