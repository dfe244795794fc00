import type { LeaseObservation } from '../gate/observation.ts';
import { unavailable } from './unavailable.ts';
import { parseLease } from '../wire/lease.ts';
import type { CordonEndpoint } from './cordon-endpoint.ts';

/** What is asked for. */
export interface WantedLease {
  readonly holder: string;
  readonly leaseMs: number;
  /** The id of the lease that the holder believes to have. */
  readonly renews: string | undefined;
}

/** Raises the cordon, or renews a lease of it. Never rejects. */
export async function fetchLease(
  { name, request }: CordonEndpoint,
  { holder, leaseMs, renews }: WantedLease,
  signal: AbortSignal,
): Promise<LeaseObservation> {
  const seconds = String(leaseMs / 1000);
  const query = { holder, seconds, ...(renews === undefined ? {} : { lease: renews }) };
  const answer = await request('PUT', query, signal);
  if (answer.type === 'unavailable') return answer;
  try {
    const granted = parseLease(answer.json);
    return { type: 'granted', id: granted.lease, leaseMs: granted.seconds * 1000 };
  } catch {
    return unavailable('invalid-response', `${name} answered 200, but without a lease`, { status: 200 });
  }
}
