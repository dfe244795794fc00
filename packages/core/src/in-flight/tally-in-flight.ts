import type { DeploymentClass, InFlightCount } from '../deployment.ts';
import { classifierFor, isAllInFlight } from './all-in-flight.ts';
import { checkReadOnce } from './check-read-once.ts';
import { checked } from './check-record.ts';
import { classifyByStatus } from './classify-deployment.ts';
import { IN_FLIGHT_STATUSES, STATUS_TABLE } from './status-table.ts';
import { tally } from './tally.ts';

/** Statuses whose class says enough, so that the rest of a record need not be looked at: for speed alone. */
const KNOWN_IDLE: ReadonlySet<unknown> = /* @__PURE__ */ knownIdle();

/**
 * Counts as `countInFlight` does, and calls `onUnknown` for each deployment of class `unknown`. Without a `classify`, all that
 * is in an index counts.
 */
export function tallyInFlight<D extends { readonly id: string; readonly status?: unknown }>(
  deployments: Iterable<D>,
  classify: ((deployment: D) => DeploymentClass) | undefined,
  onUnknown: (deployment: D) => void,
): InFlightCount {
  checkReadOnce(deployments);
  if (classify === undefined && isAllInFlight(deployments)) return tally(deployments, () => true);
  const classOf = classify === undefined ? classifyByStatus : checked(classifierFor(deployments, classify));
  return tally(deployments, (deployment) => {
    // Stryker disable next-line ConditionalExpression: for speed alone
    if (classify === undefined && KNOWN_IDLE.has(deployment.status)) return false;
    const found = classOf(deployment);
    if (found === 'unknown') onUnknown(deployment);
    return found === 'phase-0';
  });
}

function knownIdle(): ReadonlySet<unknown> {
  // Stryker disable next-line ArrowFunction: for speed alone
  return new Set(Object.keys(STATUS_TABLE).filter((status) => !IN_FLIGHT_STATUSES.includes(status)));
}
