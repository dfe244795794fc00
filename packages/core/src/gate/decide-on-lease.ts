import { type CordonPhase, type GateCordon, leaseOf } from './gate-cordon.ts';
import type { Granted, LeaseObservation, Unavailable } from './observation.ts';
import type { GateEvent } from './outcome.ts';
import { isTransient } from './retry-policy.ts';
import { type GateState, type Leasing, overAtMs } from './state.ts';
import {
  after,
  askAgain,
  end,
  type End,
  failure,
  pause,
  type Pause,
  report,
  restBeforeAgainMs,
  type Step,
} from './step.ts';

/** A raise or renewal is tried once more, after this long. */
const RETRY_PAUSE_MS = 1000;

/** Decides what the answer to a raise or renewal means. A cordon that is unavailable never holds the gate up. */
export function decideOnLease(state: Leasing, observation: LeaseObservation, now: number): Step {
  return observation.type === 'granted'
    ? decideOnGrant(state, observation, now)
    : decideOnRefusal(state, observation, now);
}

function decideOnGrant(before: Leasing, granted: Granted, now: number): Step {
  const { cordon, pending } = before;
  const news = newsOf(granted, cordon);
  const isUnbroken = news === 'renewed' || news === 'regained';
  const leaseMs = Math.min(granted.leaseMs, cordon.leaseMs);
  const lease = { id: granted.id, leaseMs, sentAtMs: pending.askedAtMs };
  const events = EVENTS_OF[news].map((occasion) => report(occasion, before, now));
  const state: GateState = {
    ...before,
    pending: undefined,
    cordon: { ...cordon, phase: { type: 'up', lease }, isFresh: true },
    // What was seen under another lease, or none, proves nothing: runs may have started in between.
    zeroSinceMs: isUnbroken ? before.zeroSinceMs : undefined,
  };
  switch (pending.purpose) {
    case 'raise':
    case 'hold':
      return after(events, askAgain(state));
    case 'proof':
    case 'hold-proof':
      if (state.zeroSinceMs !== undefined) return after(events, end({ outcome: 'quiet' }, state, now));
      return after(events, leaseOf(cordon) === undefined ? askAgain(state) : pollAgain(state, now));
  }
}

/** What a lease is to the gate: kept all along, or after an `uncordoned`; the first, or another than it believed in. */
type News = 'renewed' | 'regained' | 'begun' | 'replaced';

function newsOf({ id }: Granted, cordon: GateCordon): News {
  const isUp = cordon.phase.type === 'up';
  if (leaseOf(cordon)?.id === id) return isUp ? 'renewed' : 'regained';
  return isUp ? 'replaced' : 'begun';
}

const CORDONED = { type: 'cordoned' } as const;
const REPLACED = {
  type: 'uncordoned',
  message: 'the lease has ended and another one has begun: runs may have started in between',
} as const;

const EVENTS_OF = {
  renewed: [],
  regained: [CORDONED],
  begun: [CORDONED],
  replaced: [REPLACED, CORDONED],
} as const satisfies Record<News, readonly unknown[]>;

/** Polls again under a lease that is not the one of the zero. */
export function pollAgain(state: GateState, now: number): Pause {
  const forMs = restBeforeAgainMs(state, now);
  const again = { ...state, polledAgainAtMs: now + forMs };
  if (forMs === 0) return askAgain(again);
  return pause(
    { type: 'settling', forMs },
    { ...again, cordon: again.cordon && { ...again.cordon, isFresh: false } },
    now,
  );
}

function decideOnRefusal(before: Leasing, refused: Unavailable, now: number): Step {
  const { pending, cordon } = before;
  const phase = phaseAfter(refused, cordon.phase);
  if (pending.failedTries === 0 && isTransient(refused) && now + RETRY_PAUSE_MS < overAtMs(before)) {
    const failedTries = 1;
    const tried = cordon.phase.type === 'refused' ? { ...cordon, phase } : cordon;
    const state: Leasing = { ...before, pending: { ...pending, failedTries }, cordon: tried };
    const occasion = { type: 'retrying', about: 'cordon', failedTries, ...failure(refused) } as const;
    return pause({ ...occasion, forMs: RETRY_PAUSE_MS }, state, now);
  }
  const events = uncordonedEvents(before, refused.message, now);
  const state: GateState = { ...before, pending: undefined, cordon: { ...cordon, phase, isFresh: true } };
  switch (pending.purpose) {
    case 'raise':
    case 'hold':
      return after(events, askAgain(state));
    case 'proof':
    case 'hold-proof':
      return after(
        events,
        state.zeroSinceMs === undefined ? pollAgain(state, now) : end({ outcome: 'quiet' }, state, now),
      );
  }
}

/** Where no lease was ever granted, these answers say that none will be: this is not allowed, or there is no cordon. */
const REJECTIONS: readonly (number | undefined)[] = [403, 404, 405];

/** A single one may come from a proxy. */
const MAX_REJECTIONS = 2;

function phaseAfter(refused: Unavailable, phase: CordonPhase): CordonPhase {
  const { message, status } = refused;
  if (phase.type === 'up' || phase.type === 'lost') {
    // An operator has lifted it.
    return status === 409 ? { type: 'given-up', message } : { type: 'lost', lease: phase.lease, message };
  }
  const rejections = rejectionsAfter(refused, phase.type === 'refused' ? phase.rejections : 0);
  return status === 401 || rejections === MAX_REJECTIONS
    ? { type: 'given-up', message }
    : { type: 'refused', rejections, message };
}

/** How many answers in a row say that there will be no lease: what is no answer neither counts nor breaks the row. */
function rejectionsAfter({ reason, status, detail }: Unavailable, before: number): number {
  if (reason === 'unreachable' || reason === 'request-timeout') return before;
  return detail === 'redirect' || REJECTIONS.includes(status) ? before + 1 : 0;
}

/** The maximum wait cuts short the proof that the lease lasted: the zero was seen all the same. */
export function decideWithoutProof(before: Leasing, now: number): End {
  const { cordon } = before;
  const message = 'the maximum wait was over before the lease could be renewed';
  const lease = leaseOf(cordon);
  const phase: CordonPhase =
    lease === undefined ? { type: 'refused', rejections: 0, message } : { type: 'lost', lease, message };
  const state = { ...before, cordon: { ...cordon, phase } };
  return after(uncordonedEvents(before, message, now), end({ outcome: 'quiet' }, state, now));
}

/** That new runs may start, unless that has been reported. */
function uncordonedEvents(before: Leasing, message: string, now: number): readonly GateEvent[] {
  const { type } = before.cordon.phase;
  const isNews = type === 'unraised' || type === 'up';
  return isNews ? [report({ type: 'uncordoned', message }, before, now)] : [];
}
