import type { Deployment, DeploymentClass, InFlightCount } from '../deployment.ts';
import { classifyDeployment } from './classify-deployment.ts';
import { IN_FLIGHT_STATUSES } from './status-table.ts';

const CLASSES: readonly DeploymentClass[] = ['phase-0', 'phase-1', 'terminal', 'adopted', 'stale', 'unknown'];

/** What a record that is no record has for a status is worth a look too. */
const STATUSES_TO_LOOK_AT: ReadonlySet<unknown> = new Set<unknown>([...IN_FLIGHT_STATUSES, undefined]);

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
 * @throws TypeError when a record has no string `id`, or `classify` returns no class: either would be counted as nothing
 * in flight. Without `classify`, an `id` of any kind will do beside a status that does not block: to look into all ids of
 * a large store takes half as long again.
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
  const { classify } = options;
  const ids =
    classify === undefined
      ? idsByStatus(deployments as unknown as Iterable<Deployment>)
      : idsByClass(deployments, classify);
  return { count: ids.length, ids: ids.sort() };
}

function idsByClass<D extends { readonly id: string }>(
  deployments: Iterable<D>,
  classify: (deployment: D) => DeploymentClass,
): string[] {
  const ids: string[] = [];
  for (const deployment of deployments) {
    const id = readId(deployment);
    if (checkClass(classify(deployment)) === 'phase-0') ids.push(id);
  }
  return ids;
}

/** As with `classifyDeployment`, but at the price of one look-up for most records: few have a status that blocks. */
function idsByStatus(deployments: Iterable<Deployment>): string[] {
  const ids: string[] = [];
  for (const deployment of deployments) {
    if (STATUSES_TO_LOOK_AT.has(deployment.status)) {
      const id = readId(deployment);
      if (classifyDeployment(deployment) === 'phase-0') ids.push(id);
    } else if ((deployment.id as unknown) === undefined) readId(deployment);
  }
  return ids;
}

function readId({ id }: { readonly id: unknown }): string {
  if (typeof id !== 'string') throw new TypeError(`a deployment must have a string id, got ${typeof id}`);
  return id;
}

function checkClass(returned: unknown): DeploymentClass {
  const found = CLASSES.find((each) => each === returned);
  if (found !== undefined) return found;
  const got = typeof returned === 'string' ? JSON.stringify(returned) : typeof returned;
  throw new TypeError(`classify must return ${CLASSES.join(', ')}, got ${got}`);
}
