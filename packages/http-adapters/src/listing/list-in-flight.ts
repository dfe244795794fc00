import type { Clock, DeploymentClass, InFlightCount } from '@quietgate/core';
import { tallyInFlight } from '@quietgate/core/internal';
import { describeKind } from './describe-kind.ts';
import { isThenable, withTimeLimit } from './with-time-limit.ts';

/** What is listed, how its records are read, and how long that may take. */
export interface ListOptions<D> {
  readonly listDeployments: (context: { signal: AbortSignal }) => Iterable<D> | Promise<Iterable<D>>;
  readonly classify?: ((deployment: D) => DeploymentClass) | undefined;
  readonly listTimeoutMs: number;
}

/** What came of listing the deployments. */
export type Listing =
  { readonly ok: true; readonly inFlight: InFlightCount } | { readonly ok: false; readonly error: unknown };

/** Lists deployments, one listing at a time. */
export interface Lister<D> {
  /** The time before which none starts, because too many listings that were given up are still pending. */
  readonly earliestStart: () => number;
  /**
   * Lists the deployments once, and calls `onUnknown` for each whose class is unknown. Never rejects: whatever fails makes
   * a listing of its own.
   */
  list(onUnknown: (deployment: D) => void): Promise<Listing>;
}

/** A store that hangs is not asked more and more: with so many pending, it is tried again only from time to time. */
const MAX_GIVEN_UP = 4;
const TRIAL_INTERVAL_MS = 10_000;

const EXPECTED_LIST = 'listDeployments must return an iterable of deployments';

export function createLister<D extends { readonly id: string }>(
  { listDeployments, classify, listTimeoutMs }: ListOptions<D>,
  clock: Clock,
): Lister<D> {
  let givenUp = 0;
  let lastBeganAt = 0;

  const timeLimit = {
    limitMs: listTimeoutMs,
    error: () => new Error(`listing the deployments took longer than ${listTimeoutMs} ms`),
    onGivenUp(work: PromiseLike<unknown>) {
      givenUp++;
      const end = () => {
        givenUp--;
      };
      work.then(end, end);
    },
  };

  const earliestStart = () => (givenUp < MAX_GIVEN_UP ? -Infinity : lastBeganAt + TRIAL_INTERVAL_MS);

  return {
    earliestStart,
    async list(onUnknown) {
      if (clock.now() < earliestStart()) return { ok: false, error: overload(givenUp) };
      lastBeganAt = clock.now();
      const tally = (listed: Iterable<D>) => tallyInFlight(checkList(listed), classify, onUnknown);
      const count = (signal: AbortSignal) => {
        const listed = listDeployments({ signal });
        return isThenable(listed) ? Promise.resolve(listed).then(tally) : tally(listed);
      };
      try {
        return { ok: true, inFlight: await withTimeLimit(count, timeLimit, clock) };
      } catch (error) {
        return { ok: false, error };
      }
    },
  };
}

function overload(givenUp: number): Error {
  return new Error(`${givenUp} listings that were given up are still pending, so no other is started yet`);
}

/** What is iterable, but not over deployments, would be counted as nothing in flight, and open the gate. */
function checkList<D>(listed: Iterable<D>): Iterable<D> {
  if (listed instanceof Map) throw new TypeError(`${EXPECTED_LIST}, got a Map: return its values()`);
  if (typeof listed !== 'object' || !(Symbol.iterator in Object(listed))) {
    throw new TypeError(`${EXPECTED_LIST}, got ${describeKind(listed)}`);
  }
  return listed;
}
