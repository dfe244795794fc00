import type { DeploymentClass } from '@quietgate/core';
import type { FastifyInstance } from 'fastify';
import { createInFlightCount } from './endpoint/in-flight-count.ts';
import type { InFlightCountOptions } from './endpoint/options.ts';
import { mountInFastify } from './mount/mount-in-fastify.ts';

export type { InFlightCountOptions } from './endpoint/options.ts';

/** The options for records of whatever type `classify` takes, which Fastify's `register` cannot infer. */
type RegisterOptions = Omit<InFlightCountOptions<{ readonly id: string }>, 'classify'> & {
  classify?: ((deployment: never) => DeploymentClass) | undefined;
};

/**
 * The in-flight count endpoint for Fastify 5: an encapsulated plugin that honours `prefix` and leaves the rest of
 * the app alone. Without `onError` a failed listing goes to the request's logger.
 *
 * @example
 * await app.register(inFlightCount, { listDeployments: () => store.list() });
 *
 * @throws TypeError or RangeError when an option is wrong
 */
export async function inFlightCount<D extends { readonly id: string }>(
  app: FastifyInstance,
  options: InFlightCountOptions<D>,
): Promise<void>;
export async function inFlightCount(app: FastifyInstance, options: RegisterOptions): Promise<void>;
export async function inFlightCount(app: FastifyInstance, options: RegisterOptions): Promise<void> {
  const endpoint = createInFlightCount(options as InFlightCountOptions<{ readonly id: string }>);
  await mountInFastify(app, [endpoint]);
}
