import type { Deployment } from '@quietgate/core';
import type { DeployCordonOptions } from './endpoint/cordon-options.ts';
import { createDeployCordon } from './endpoint/deploy-cordon.ts';
import { createInFlightCount } from './endpoint/in-flight-count.ts';
import type { InFlightCountOptions } from './endpoint/options.ts';
import { createServeRuns, type ServeRunsOptions } from './endpoint/serve-runs.ts';
import { type FetchHandler, mountOnFetch } from './mount/mount-on-fetch.ts';

export type { CordonEvent, DeployCordonOptions } from './endpoint/cordon-options.ts';
export type { InFlightCountOptions } from './endpoint/options.ts';
export type { ServeRunsOptions } from './endpoint/serve-runs.ts';
export type { FetchHandler } from './mount/mount-on-fetch.ts';

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
export function inFlightCount<D extends { readonly id: string } = Deployment>(
  options: InFlightCountOptions<D>,
): FetchHandler {
  return mountOnFetch(createInFlightCount(options));
}

/**
 * The endpoint of the cordon, by which a deploy job blocks new runs until its lease expires or is released. Mounted as
 * `inFlightCount` is. Every request needs a token.
 *
 * @example
 * app.all(CORDON_PATH, (context) => answer(context.req.raw)); // answer = deployCordon({ cordon, authorize: token })
 *
 * @throws TypeError or RangeError when an option is wrong
 */
export function deployCordon(options: DeployCordonOptions): FetchHandler {
  return mountOnFetch([createDeployCordon(options)]);
}

/**
 * The endpoints of a server's runs: how many are in flight, whether it is quiet and, with a token, the cordon by which a deploy
 * job blocks new runs. Mounted as `inFlightCount` is. Once the drain of the runs has begun, pending requests are answered, so that
 * the server can close.
 *
 * @example
 * const runs = createRuns();
 * const answer = serveRuns({ runs, cordonToken: process.env.CORDON_TOKEN });
 * app.all('/api/v1/deployments/*', (context) => answer(context.req.raw));
 *
 * @throws TypeError or RangeError when an option is wrong
 */
export function serveRuns(options: ServeRunsOptions): FetchHandler {
  return mountOnFetch(createServeRuns(options));
}
