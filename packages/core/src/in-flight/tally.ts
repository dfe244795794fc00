import type { InFlightCount } from '../deployment.ts';

/** Counts the deployments that are in flight, and lists their ids, each of which is read once. */
export function tally<D extends { readonly id: string }>(
  deployments: Iterable<D>,
  isInFlight: (deployment: D, id: unknown) => boolean,
): InFlightCount {
  const ids: string[] = [];
  for (const deployment of deployments) {
    const { id } = deployment;
    if (isInFlight(deployment, id)) ids.push(id);
  }
  return { count: ids.length, ids: ids.sort() };
}
