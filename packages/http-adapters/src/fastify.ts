import type { Deployment, DeploymentClass } from '@quietgate/core';
import type { FastifyInstance } from 'fastify';
import type { DeployCordonOptions } from './endpoint/cordon-options.ts';
import { createDeployCordon } from './endpoint/deploy-cordon.ts';
import { createInFlightCount } from './endpoint/in-flight-count.ts';
import type { CommonOptions, InFlightCountOptions } from './endpoint/options.ts';
import { createServeRuns, type ServeRunsOptions } from './endpoint/serve-runs.ts';
import { mountInFastify, withoutRegisterOptions } from './mount/mount-in-fastify.ts';

export type { CordonEvent, DeployCordonOptions } from './endpoint/cordon-options.ts';
export type { InFlightCountOptions } from './endpoint/options.ts';
export type { ServeRunsOptions } from './endpoint/serve-runs.ts';

/** Records of whatever type `classify` and `onUnknown` take, since Fastify's `register` cannot infer it. */
type AnyRecordOptions = Omit<CommonOptions<never>, 'listDeployments' | 'classify'> &
  (
    | {
        listDeployments: ListFunction<{ readonly id: string; readonly status: string }>;
        classify?: AnyClassify | undefined;
      }
    | { listDeployments: ListFunction<{ readonly id: string }>; classify: AnyClassify }
  );
type AnyClassify = (deployment: never) => DeploymentClass;
type ListFunction<D> = CommonOptions<D>['listDeployments'];

/**
 * The in-flight count endpoint for Fastify 5: an encapsulated plugin that honours `prefix` and leaves the rest of
 * the app alone. Without `onError` a failed listing goes to the request's logger.
 *
 * Fastify's `register` passes no types on, so that nothing asks for a `classify` where each of your statuses is unknown: write one
 * wherever they are not those of the table, and check the options with `satisfies InFlightCountOptions<Run>`.
 *
 * @example
 * await app.register(inFlightCount, { listDeployments: () => store.list() });
 *
 * @throws TypeError or RangeError when an option is wrong
 */
export async function inFlightCount<D extends { readonly id: string } = Deployment>(
  app: FastifyInstance,
  options: InFlightCountOptions<D>,
): Promise<void>;
export async function inFlightCount(app: FastifyInstance, options: AnyRecordOptions): Promise<void>;
export async function inFlightCount(app: FastifyInstance, options: object): Promise<void> {
  const own = withoutRegisterOptions(options) as InFlightCountOptions<Deployment>;
  await mountInFastify(app, createInFlightCount(own));
}

/**
 * The endpoint of the cordon, by which a deploy job blocks new runs until its lease expires or is released. Mounted as
 * `inFlightCount` is. Every request needs a token.
 *
 * @example
 * await app.register(deployCordon, { cordon, authorize: process.env.CORDON_TOKEN ?? '' });
 *
 * @throws TypeError or RangeError when an option is wrong
 */
export async function deployCordon(app: FastifyInstance, options: DeployCordonOptions): Promise<void> {
  const own = withoutRegisterOptions(options) as DeployCordonOptions;
  await mountInFastify(app, [createDeployCordon(own)]);
}

/**
 * The endpoints of a server's runs: how many are in flight, whether it is quiet and, with a token, the cordon by which a deploy
 * job blocks new runs. Mounted as `inFlightCount` is. Once the drain of the runs has begun, pending requests are answered, so that
 * the server can close.
 *
 * @example
 * const runs = createRuns();
 * await app.register(serveRuns, { runs, cordonToken: process.env.CORDON_TOKEN });
 *
 * @throws TypeError or RangeError when an option is wrong
 */
export async function serveRuns(app: FastifyInstance, options: ServeRunsOptions): Promise<void> {
  const own = withoutRegisterOptions(options) as ServeRunsOptions;
  await mountInFastify(app, createServeRuns(own));
}
