import type { DeploymentClass, InFlightCount } from '../deployment.ts';
import { classifyDeployment } from './classify-deployment.ts';

/** Options of `countInFlight`. */
export interface CountInFlightOptions<D> {
  /** Classifies one record. @default classifyDeployment, which reads `status` and `adoptedAt` */
  readonly classify?: ((deployment: D) => DeploymentClass) | undefined;
}

/**
 * Counts the deployments that a restart would destroy: those of class `phase-0`.
 *
 * Reads the iterable once, keeps no record and changes none. All ids in flight are listed, in ascending
 * code-unit order. What the iterable or `classify` throws is passed on.
 *
 * @param deployments records of any shape with an `id`; without `classify` they are read as `Deployment`s
 * @throws TypeError when a record has no string `id`: what is no record would be counted as nothing in flight
 */
export function countInFlight<D extends { readonly id: string }>(
  deployments: Iterable<D>,
  options: CountInFlightOptions<D> = {},
): InFlightCount {
  const { classify = classifyDeployment as unknown as (deployment: D) => DeploymentClass } = options;
  const ids: string[] = [];
  for (const deployment of deployments) {
    if (typeof deployment.id !== 'string')
      throw new TypeError(`a deployment must have a string id, got ${typeof deployment.id}`);
    if (classify(deployment) === 'phase-0') ids.push(deployment.id);
  }
  return { count: ids.length, ids: ids.sort() };
}
