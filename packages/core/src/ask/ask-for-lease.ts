import type { LeaseObservation } from '../gate/observation.ts';
import { parseLease } from '../wire/lease.ts';
import { type CordonAccess, cordonName, requestCordon } from './cordon-request.ts';

/** What is asked for. */
export interface WantedLease {
  readonly holder: string;
  readonly leaseMs: number;
  /** The id of the lease that the holder believes to have. */
  readonly renews: string | undefined;
}

/** Raises the cordon, or renews a lease of it. Never rejects. */
export async function askForLease(
  access: CordonAccess,
  { holder, leaseMs, renews }: WantedLease,
  signal: AbortSignal,
): Promise<LeaseObservation> {
  const query = {
    holder,
    seconds: String(leaseMs / 1000),
    ...(renews === undefined ? {} : { lease: renews }),
  };
  const answer = await requestCordon(access, 'PUT', query, signal);
  if (answer.type === 'unavailable') return answer;
  try {
    const { seconds, lease } = parseLease(answer.json);
    return { type: 'granted', id: lease, leaseMs: seconds * 1000 };
  } catch {
    const message = `${cordonName(access)} answered 200, but without a lease`;
    return { type: 'unavailable', reason: 'invalid-response', message, status: 200 };
  }
}
