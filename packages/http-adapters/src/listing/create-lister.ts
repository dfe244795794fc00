import type { Clock, DeploymentClass } from '@quietgate/core';
import { describeKind, tallyInFlight } from '@quietgate/core/internal';
import { createBacklog } from './create-backlog.ts';
import type { Listing, ListingOutcome } from './listing.ts';
import { isThenable, settleInTime } from './settle-in-time.ts';

/** What is listed, how its records are read, how long that may take, and who hears of it. `R` is a request. */
export interface ListOptions<D, R> {
  readonly listDeployments: (context: { readonly signal: AbortSignal }) => Iterable<D> | Promise<Iterable<D>>;
  readonly classify: ((deployment: D) => DeploymentClass) | undefined;
  readonly listTimeoutMs: number;
  /** Called with each record of class `unknown`. */
  readonly onUnknown: (deployment: D, request: R) => void;
  /** Called with what failed, in words, and why. */
  readonly onFailure: (what: string, error: unknown, request: R) => void;
}

/** Lists the runs. */
export interface Lister<R> {
  /** Whether no listing starts yet, because too many that were given up are still pending. */
  readonly isOverloaded: () => boolean;
  /** The time before which none starts. */
  readonly nextStartAt: () => number;
  /** Lists the runs once. Never rejects: whatever fails makes a listing without a count. */
  readonly list: (request: R) => Promise<Listing>;
}

/** How long after the last start the next one is tried, while too many that were given up are pending. */
export const TRIAL_INTERVAL_MS = 10_000;

/** @param isIsolated whether no request may wait for another's work: then none is counted as given up */
export function createLister<D extends { readonly id: string }, R>(
  { listDeployments, classify, listTimeoutMs, onUnknown, onFailure }: ListOptions<D, R>,
  clock: Clock,
  isIsolated = false,
): Lister<R> {
  const backlog = createBacklog();
  let lastStartedAt = 0; // read once several have been given up

  const timeLimit = {
    limitMs: listTimeoutMs,
    error: () => new Error(`listing the deployments took longer than ${listTimeoutMs} ms`),
    onGivenUp: isIsolated ? undefined : backlog.add,
  };

  const trialAt = () => lastStartedAt + TRIAL_INTERVAL_MS;
  const isOverloaded = () => backlog.isFull && clock.now() < trialAt();

  const listInTime = (request: R): Promise<ListingOutcome> => {
    let unknown = 0;
    const count = (listed: Iterable<D>): ListingOutcome => {
      const inFlight = tallyInFlight(checkIterable(listed), classify, (deployment) => {
        unknown++;
        onUnknown(deployment, request);
      });
      return { ok: true, inFlight, unknown };
    };
    const work = (context: { readonly signal: AbortSignal }) => {
      const listed = listDeployments(context);
      return isThenable(listed) ? Promise.resolve(listed).then(count) : count(listed);
    };
    return settleInTime(work, timeLimit, clock);
  };

  return {
    isOverloaded,
    nextStartAt: () => (backlog.isFull ? trialAt() : -Infinity),
    async list(request) {
      const startedAt = clock.now();
      try {
        if (isOverloaded()) throw overload(backlog.size);
        lastStartedAt = startedAt;
        const outcome = await listInTime(request);
        return { startedAt, endedAt: clock.now(), ...outcome };
      } catch (error) {
        onFailure('the deployments could not be listed', error, request);
        return { startedAt, endedAt: clock.now(), ok: false, error };
      }
    },
  };
}

function overload(pending: number): Error {
  return new Error(`${pending} listings that were given up are still pending, so no other is started yet`);
}

const EXPECTED = 'listDeployments must return an iterable of deployments';

/** What is iterable, but not over deployments, would be counted as nothing in flight, and open the gate. */
function checkIterable<D>(listed: Iterable<D>): Iterable<D> {
  if (listed instanceof Map) throw new TypeError(`${EXPECTED}, got a Map: return its values()`);
  if (typeof listed !== 'object' || !(Symbol.iterator in Object(listed))) {
    throw new TypeError(`${EXPECTED}, got ${describeKind(listed)}`);
  }
  return listed;
}
