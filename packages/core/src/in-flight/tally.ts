import type { InFlightCount } from '../deployment.ts';
import { checkText } from './check-record.ts';

/**
 * Counts the deployments that are in flight, and lists their ids, each of which is read once. Beside them the first deployment
 * must have one, so that a mistake shows before the first run does.
 */
export function tally<D extends { readonly id: string }>(
  deployments: Iterable<D>,
  isInFlight: (deployment: D) => boolean,
): InFlightCount {
  const ids: string[] = [];
  let isFirst = true;
  for (const deployment of deployments) {
    if (!isFirst && !isInFlight(deployment)) continue;
    const { id } = deployment;
    checkText('id', id);
    if (!isFirst || isInFlight(deployment)) ids.push(id);
    isFirst = false;
  }
  return { count: ids.length, ids: ids.sort() };
}
