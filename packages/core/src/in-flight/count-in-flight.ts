import type { DeploymentClass, InFlightCount } from '../deployment.ts';
import { classifyDeployment } from './classify-deployment.ts';

const CLASSES: readonly DeploymentClass[] = ['phase-0', 'phase-1', 'terminal', 'adopted', 'stale', 'unknown'];

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
 * @param deployments records of any shape with an `id`; those without a string `status` need a `classify`, or each of
 * them would be `unknown`, and so not in flight
 * @throws TypeError when a record has no string `id`, or `classify` returns no class: either would be counted as
 * nothing in flight
 */
export function countInFlight<D extends { readonly id: string; readonly status: string }>(
  deployments: Iterable<D>,
  options?: CountInFlightOptions<D>,
): InFlightCount;
export function countInFlight<D extends { readonly id: string }>(
  deployments: Iterable<D>,
  options: { readonly classify: (deployment: D) => DeploymentClass },
): InFlightCount;
export function countInFlight<D extends { readonly id: string }>(
  deployments: Iterable<D>,
  options: CountInFlightOptions<D> = {},
): InFlightCount {
  const classify =
    options.classify === undefined
      ? (classifyDeployment as unknown as (deployment: D) => DeploymentClass)
      : checked(options.classify);
  const ids: string[] = [];
  for (const deployment of deployments) {
    const { id } = deployment;
    if (typeof id !== 'string') throw new TypeError(`a deployment must have a string id, got ${typeof id}`);
    if (classify(deployment) === 'phase-0') ids.push(id);
  }
  return { count: ids.length, ids: ids.sort() };
}

function checked<D>(classify: (deployment: D) => DeploymentClass): (deployment: D) => DeploymentClass {
  return (deployment) => {
    const returned: unknown = classify(deployment);
    const found = CLASSES.find((each) => each === returned);
    if (found !== undefined) return found;
    const got = typeof returned === 'string' ? JSON.stringify(returned) : typeof returned;
    throw new TypeError(`classify must return ${CLASSES.join(', ')}, got ${got}`);
  };
}
