import { type Clock, countInFlight, type DeploymentClass, type InFlightCount } from '@quietgate/core';
import { describeKind } from './describe-kind.ts';
import { withTimeLimit } from './with-time-limit.ts';

/** What is listed, how its records are read, and how long that may take. */
export interface ListOptions<D> {
  readonly listDeployments: () => Iterable<D> | Promise<Iterable<D>>;
  readonly classify: ((deployment: D) => DeploymentClass) | undefined;
  readonly listTimeoutMs: number;
}

/** What came of listing the deployments. */
export type Listing =
  { readonly ok: true; readonly inFlight: InFlightCount } | { readonly ok: false; readonly error: unknown };

const EXPECTED_LIST = 'listDeployments must return an iterable of deployments';

/** Lists the deployments once. Never rejects: whatever fails makes a listing of its own. */
export async function listInFlight<D extends { readonly id: string }>(
  { listDeployments, classify, listTimeoutMs }: ListOptions<D>,
  clock: Clock,
): Promise<Listing> {
  // Whether records can do without a `classify` is for the types of the endpoint's options to say.
  const options = { classify } as { classify: (deployment: D) => DeploymentClass };
  const count = async () => countInFlight(checkList(await listDeployments()), options);
  try {
    const tooLong = `listing the deployments took longer than ${listTimeoutMs} ms`;
    return { ok: true, inFlight: await withTimeLimit(count, listTimeoutMs, tooLong, clock) };
  } catch (error) {
    return { ok: false, error };
  }
}

/** What is iterable, but not over deployments, would be counted as nothing in flight, and open the gate. */
function checkList<D>(listed: Iterable<D>): Iterable<D> {
  if (listed instanceof Map) throw new TypeError(`${EXPECTED_LIST}, got a Map: return its values()`);
  if (typeof listed !== 'object' || !(Symbol.iterator in Object(listed))) {
    throw new TypeError(`${EXPECTED_LIST}, got ${describeKind(listed)}`);
  }
  return listed;
}
