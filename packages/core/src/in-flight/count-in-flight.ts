import type { DeploymentClass, InFlightCount } from '../deployment.ts';
import { classifierFor, isAllInFlight } from './all-in-flight.ts';
import { checked, checkText } from './check-record.ts';
import type { ClassifiedByStatus } from './classified-by-status.ts';
import { isAdopted } from './classify-deployment.ts';
import { IN_FLIGHT_STATUSES } from './status-table.ts';
import { tally } from './tally.ts';

const BLOCKING: ReadonlySet<string> = /* @__PURE__ */ new Set(IN_FLIGHT_STATUSES);

/** A record of any type, as far as it is looked at. */
interface Unchecked {
  readonly status?: unknown;
  readonly adoptedAt?: unknown;
}

/** Options of `countInFlight`. */
export interface CountInFlightOptions<D> {
  /** Classifies one record. @default classifyDeployment, which reads `status` and `adoptedAt` */
  readonly classify?: ((deployment: D) => DeploymentClass) | undefined;
}

/**
 * Counts the deployments that a restart would destroy: those of class `phase-0`.
 *
 * Reads the iterable once, keeps no record and changes none. All ids in flight are listed, in ascending
 * code-unit order. What the iterable or `classify` throws is passed on. Of an index all records count unless a `classify` is
 * given, since that of the index has found them in flight.
 *
 * @param deployments records of any shape with an `id`; those without a string `status`, and those whose statuses are all
 * others than the table's, need a `classify`
 * @throws TypeError when a record that is in flight, or the first one, has no string `id`; when one that is not adopted has no
 * string `status`, without `classify`; or when `classify` returns no class: each would be counted as nothing in flight
 *
 * @example
 * countInFlight([{ id: 't13', status: 'pending' }, { id: 't04', status: 'ready' }]); // { count: 1, ids: ['t13'] }
 */
export function countInFlight<D extends ClassifiedByStatus<D>>(
  deployments: Iterable<D>,
  options?: CountInFlightOptions<D>,
): InFlightCount;
export function countInFlight<D extends { readonly id: string }>(
  deployments: Iterable<D>,
  options: { readonly classify: (deployment: D) => DeploymentClass },
): InFlightCount;
export function countInFlight<D extends Unchecked & { readonly id: string }>(
  deployments: Iterable<D>,
  { classify }: CountInFlightOptions<D> = {},
): InFlightCount {
  if (classify !== undefined) {
    const classOf = checked(classifierFor(deployments, classify));
    return tally(deployments, (deployment) => classOf(deployment) === 'phase-0');
  }
  if (isAllInFlight(deployments)) return tally(deployments, () => true);
  const ids = idsByStatus(deployments);
  return { count: ids.length, ids: ids.sort() };
}

/** A loop without a call back for each record, which was seen to take half as long again. */
function idsByStatus<D extends Unchecked & { readonly id: string }>(deployments: Iterable<D>): string[] {
  const ids: string[] = [];
  let isFirst = true; // looked into whatever it is, so that a mistake shows before the first run does
  for (const deployment of deployments) {
    if (!isFirst && isIdle(deployment.status)) continue;
    isFirst = false;
    const { id } = deployment;
    checkText('id', id);
    if (isInFlight(deployment)) ids.push(id);
  }
  return ids;
}

/** Asks for the type first: a text is looked up faster than what may be anything. */
function isIdle(status: unknown): boolean {
  return typeof status === 'string' && !BLOCKING.has(status);
}

function isInFlight({ status, adoptedAt }: Unchecked): boolean {
  if (isAdopted(adoptedAt)) return false;
  checkText('status', status);
  return BLOCKING.has(status);
}
