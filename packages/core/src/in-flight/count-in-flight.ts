import type { DeploymentClass, InFlightCount } from '../deployment.ts';
import { isAllInFlight } from './all-in-flight.ts';
import { checked, checkId } from './check-record.ts';
import { isAdopted } from './classify-deployment.ts';
import { IN_FLIGHT_STATUSES } from './status-table.ts';
import { tally } from './tally.ts';

/** Statuses beside which the rest is looked at. What has none may be no record at all, such as an entry of a `Map`. */
const LOOKED_INTO: ReadonlySet<unknown> = /* @__PURE__ */ new Set(
  /* @__PURE__ */ (IN_FLIGHT_STATUSES as readonly unknown[]).concat(undefined),
);

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
 * @param deployments records of any shape with an `id`; those without a string `status` need a `classify`, or each of
 * them would be `unknown`, and so not in flight
 * @throws TypeError when a record has no string `id`, or `classify` returns no class: either would be counted as nothing
 * in flight. Without `classify`, an `id` of any kind will do beside a status that does not block: to look into all ids of
 * a large store takes half as long again.
 *
 * @example
 * countInFlight([{ id: 't13', status: 'pending' }, { id: 't04', status: 'ready' }]); // { count: 1, ids: ['t13'] }
 */
export function countInFlight<D extends { readonly id: string; readonly status: string }>(
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
  if (classify === undefined && isAllInFlight(deployments)) return tally(deployments, () => true);
  const ids = idsInFlight(deployments, classify && checked(classify));
  return { count: ids.length, ids: ids.sort() };
}

/** A loop without a call for each record, which was seen to take half as long again. */
function idsInFlight<D extends Unchecked & { readonly id: string }>(
  deployments: Iterable<D>,
  classOf: ((deployment: D) => DeploymentClass) | undefined,
): string[] {
  const ids: string[] = [];
  for (const deployment of deployments) {
    const { id, status } = deployment;
    if (classOf || LOOKED_INTO.has(status) || (id as unknown) === undefined) {
      checkId(id);
      const isInFlight = classOf
        ? classOf(deployment) === 'phase-0'
        : status !== undefined && !isAdopted(deployment.adoptedAt);
      if (isInFlight) ids.push(id);
    }
  }
  return ids;
}
