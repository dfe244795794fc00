import type { InFlightCount } from '../deployment.ts';
import { readId } from './check-record.ts';

/**
 * Counts the deployments in flight, and lists their ids.
 *
 * @param matters whether a deployment may be in flight at all, as its status says. Of those that may not, any `id` will
 * do, which spares a look into memory for each.
 */
export function tally<D extends { readonly id: string }>(
  deployments: Iterable<D>,
  matters: (deployment: D) => boolean,
  isInFlight: (deployment: D) => boolean,
): InFlightCount {
  const ids: string[] = [];
  for (const deployment of deployments) {
    if (matters(deployment)) {
      const id = readId(deployment);
      if (isInFlight(deployment)) ids.push(id);
    } else if ((deployment.id as unknown) === undefined) readId(deployment);
  }
  return { count: ids.length, ids: ids.sort() };
}
