import type { Deployment, DeploymentClass, InFlightCount } from '../deployment.ts';
import { checkClass, readId } from './check-record.ts';
import { classifyDeployment } from './classify-deployment.ts';
import { IN_FLIGHT_STATUSES, STATUS_TABLE } from './status-table.ts';

/** What is no record, such as an entry of a `Map`, is known by having no status. */
const IN_FLIGHT_OR_NO_RECORD: ReadonlySet<unknown> = new Set([...IN_FLIGHT_STATUSES, undefined]);

const KNOWN_IDLE: ReadonlySet<unknown> = new Set(
  Object.keys(STATUS_TABLE).filter((status) => !IN_FLIGHT_STATUSES.includes(status)),
);

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
  return tallyInFlight(deployments, options.classify);
}

/**
 * Counts as `countInFlight` does, and calls `onUnknown` for each deployment of class `unknown`.
 *
 * @param classify nothing for `classifyDeployment`: counting by status takes less than calling it for each record
 */
export function tallyInFlight<D extends { readonly id: string }>(
  deployments: Iterable<D>,
  classify: ((deployment: D) => DeploymentClass) | undefined,
  onUnknown?: (deployment: D) => void,
): InFlightCount {
  const ids =
    classify === undefined
      ? idsByStatus(deployments as unknown as Iterable<D & Deployment>, onUnknown)
      : idsByClass(deployments, classify, onUnknown);
  return { count: ids.length, ids: ids.sort() };
}

function idsByClass<D extends { readonly id: string }>(
  deployments: Iterable<D>,
  classify: (deployment: D) => DeploymentClass,
  onUnknown: ((deployment: D) => void) | undefined,
): string[] {
  const ids: string[] = [];
  for (const deployment of deployments) {
    const id = readId(deployment);
    const found = checkClass(classify(deployment));
    if (found === 'phase-0') ids.push(id);
    if (found === 'unknown') onUnknown?.(deployment);
  }
  return ids;
}

/** As with `classifyDeployment`, but at the price of one look-up for most records: few have a status that matters. */
function idsByStatus<D extends Deployment>(
  deployments: Iterable<D>,
  onUnknown: ((deployment: D) => void) | undefined,
): string[] {
  const matters = onUnknown === undefined ? mayBeInFlight : mayBeInFlightOrUnknown;
  const ids: string[] = [];
  for (const deployment of deployments) {
    if (matters(deployment.status)) {
      const id = readId(deployment);
      const found = classifyDeployment(deployment);
      if (found === 'phase-0') ids.push(id);
      if (found === 'unknown') onUnknown?.(deployment);
    } else if ((deployment.id as unknown) === undefined) readId(deployment);
  }
  return ids;
}

function mayBeInFlight(status: unknown): boolean {
  return IN_FLIGHT_OR_NO_RECORD.has(status);
}

function mayBeInFlightOrUnknown(status: unknown): boolean {
  return !KNOWN_IDLE.has(status);
}
