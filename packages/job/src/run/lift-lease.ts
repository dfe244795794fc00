import { uncordon, type WaitForQuietOptions } from '@quietgate/core';
import type { Network } from '../network/create-network.ts';

/** How long the end of a job may be held up to lift its lease: what is left is up to the lease, which ends by itself. */
const LIFT_MS = 2000;

/** How long of that a raise which is under way gets to take effect: a lease that comes after its end would stay. */
const SETTLE_MS = 1000;

/** The network of a gate whose lease can be ended when the deploy will not go. */
export interface LeasedNetwork {
  readonly fetch: Network['fetch'];
  /**
   * Ends the gate's requests, then its lease. Resolves in two seconds at most, with what has become of the lease; `undefined`
   * when there can be none, since every raise was refused.
   */
  readonly lift: () => Promise<{ type: 'lifted' } | { type: 'left'; message: string } | undefined>;
}

/** Watches over a gate's raises, so that none of them takes effect after the lease was lifted. */
export function leasedNetwork(
  fetch: Network['fetch'],
  { url, headers, cordon }: WaitForQuietOptions,
): LeasedNetwork | undefined {
  if (cordon?.holder === undefined || url === undefined) return undefined;
  const { token, holder } = cordon;
  const raises = new Set<Promise<unknown>>();
  let mayHaveRaised = false;
  let isEnding = false;

  return {
    fetch(input, init) {
      if (isEnding) return new Promise(() => undefined); // the process is about to end
      const answer = fetch(input, init.method === 'PUT' ? { ...init, signal: null } : init);
      if (init.method === 'PUT') {
        const refused = answer.then(({ status }) => isRefusal(status)).catch(() => false);
        const settled = refused.then((isRefused) => {
          mayHaveRaised ||= !isRefused;
          raises.delete(settled);
        });
        raises.add(settled);
      }
      return answer;
    },
    async lift() {
      isEnding = true;
      const ending = new AbortController();
      const deadline = setTimeout(() => {
        ending.abort(new Error(`no response within ${LIFT_MS / 1000} s`));
      }, LIFT_MS);
      try {
        await Promise.race([Promise.all(raises), sleep(SETTLE_MS)]);
        if (raises.size === 0 && !mayHaveRaised) return undefined;
        await uncordon({ url, token, holder, headers, fetch, signal: ending.signal });
        return { type: 'lifted' };
      } catch (error) {
        return { type: 'left', message: error instanceof Error ? error.message : String(error) };
      } finally {
        clearTimeout(deadline);
      }
    },
  };
}

/** Whether a raise that was answered so has begun no lease: it was not allowed, or there is no cordon. */
function isRefusal(status: number): boolean {
  return (status >= 300 && status < 400) || [401, 403, 404, 405, 409].includes(status);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
