import type { GateCordon, Raising } from './cordon-state.ts';
import type { GateLimits } from './limits.ts';
import type { Granted, LeaseObservation, LeaseRefused } from './observation.ts';
import type { GateEvent } from './outcome.ts';
import { isTransient } from './retry-policy.ts';
import type { GateState } from './state.ts';
import { askAgain, end, type End, failure, pause, report, type Step } from './step.ts';

/** A raise or renewal is tried once more, after this long. */
const RETRY_PAUSE_MS = 1000;

/** Where no lease was ever granted, these say that none will be: the token is wrong, or the server has no cordon. */
const PERMANENT_STATUSES: readonly (number | undefined)[] = [401, 403, 404, 405];

/** Decides what the answer to a raise or renewal means. A cordon that cannot be had never holds the gate up. */
export function decideOnLease(
  state: GateState,
  cordon: GateCordon,
  raising: Raising,
  observation: LeaseObservation,
  elapsedMs: number,
  limits: GateLimits,
): Step {
  return observation.reason === undefined
    ? decideOnGrant(state, cordon, raising, observation, elapsedMs, limits)
    : decideOnRefusal(state, cordon, raising, observation, elapsedMs, limits);
}

function decideOnGrant(
  before: GateState,
  cordon: GateCordon,
  { confirmsZero }: Raising,
  granted: Granted,
  elapsedMs: number,
  limits: GateLimits,
): Step {
  const isSame = cordon.lease?.id === granted.id;
  const isLost = !isSame && cordon.reported === 'cordoned';
  const isNews = !isSame || cordon.reported !== 'cordoned';
  const leaseMs = Math.min(granted.leaseMs, cordon.leaseMs);
  const lease = { id: granted.id, leaseMs, sentAtMs: before.askedAtMs };
  const renewed: GateCordon = { ...cordon, lease, reported: 'cordoned', raising: undefined, isFresh: true };
  const events = [
    ...(isLost ? [report({ type: 'uncordoned', message: LOST }, before, elapsedMs)] : []),
    ...(isNews ? [report({ type: 'cordoned' }, before, elapsedMs)] : []),
  ];
  // What was seen under another lease, or none, proves nothing: runs may have started in between.
  const state: GateState = {
    ...before,
    cordon: renewed,
    zeroSinceMs: isSame ? before.zeroSinceMs : undefined,
  };

  if (confirmsZero && isSame) return end({ outcome: 'quiet' }, state, elapsedMs, events);
  if (!confirmsZero || cordon.lease === undefined) return askAgain(state, events);
  const { polledAgainAtMs = -Infinity } = cordon;
  const pauseMs = Math.max(0, polledAgainAtMs + limits.intervalMs - elapsedMs);
  const again = { ...renewed, isFresh: pauseMs === 0, polledAgainAtMs: elapsedMs + pauseMs };
  return pauseMs === 0
    ? askAgain({ ...state, cordon: again }, events)
    : pause({ type: 'settling' }, pauseMs, { ...state, cordon: again }, elapsedMs, limits, events);
}

const LOST = 'the lease has ended and another one has begun: runs may have started in between';

function decideOnRefusal(
  state: GateState,
  cordon: GateCordon,
  raising: Raising,
  refused: LeaseRefused,
  elapsedMs: number,
  limits: GateLimits,
): Step {
  const { begunAtMs, confirmsZero, failedTries } = raising;
  const overAtMs = Math.min(begunAtMs + limits.requestTimeoutMs, limits.maxWaitMs);
  if (failedTries === 0 && isTransient(refused) && elapsedMs + RETRY_PAUSE_MS < overAtMs) {
    const tried = { ...cordon, raising: { ...raising, failedTries: 1 } };
    const occasion = { type: 'retrying' as const, ...failure(refused) };
    return pause(occasion, RETRY_PAUSE_MS, { ...state, cordon: tried }, elapsedMs, limits);
  }

  const isLifted = refused.status === 409 && cordon.lease !== undefined;
  const isHopeless =
    cordon.lease === undefined &&
    (refused.isRedirect === true || PERMANENT_STATUSES.includes(refused.status));
  const without = {
    ...cordon,
    lease: isLifted ? undefined : cordon.lease,
    mayRaise: !isLifted && !isHopeless,
  };
  const [uncordoned, events] = loseCordon(state, without, refused.message, elapsedMs);
  return confirmsZero
    ? end({ outcome: 'quiet' }, uncordoned, elapsedMs, events)
    : askAgain(uncordoned, events);
}

/** The cap cuts short the proof that the lease lasted: the zero was seen all the same. */
export function decideWithoutProof(
  state: GateState,
  cordon: GateCordon,
  message: string,
  elapsedMs: number,
): End {
  const [uncordoned, events] = loseCordon(state, cordon, message, elapsedMs);
  return end({ outcome: 'quiet' }, uncordoned, elapsedMs, events);
}

/** The state in which new runs are not held off, and the event that says so, unless that has been said. */
function loseCordon(
  state: GateState,
  cordon: GateCordon,
  message: string,
  elapsedMs: number,
): [GateState, readonly GateEvent[]] {
  const isNews = cordon.reported !== 'uncordoned';
  return [
    {
      ...state,
      cordon: { ...cordon, reported: 'uncordoned', message, raising: undefined, isFresh: true },
    },
    isNews ? [report({ type: 'uncordoned', message }, state, elapsedMs)] : [],
  ];
}
