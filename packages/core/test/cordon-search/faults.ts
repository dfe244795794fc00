import { leaseOf, type OwnLease } from '../../src/gate/gate-cordon.ts';
import type { Leasing } from '../../src/gate/state.ts';
import { PRODUCT, type Rules } from './rules.ts';

/** Ways in which one rule may be wrong. */
export const FAULTS = {
  /** The server looks at the cordon in one turn and registers the run in a later one. */
  'check and registration in different turns': {
    ...PRODUCT,
    startRun: (runs, isCordonUp, endsBy) =>
      runs.admitted > 0
        ? { ...runs, admitted: runs.admitted - 1, running: [...runs.running, endsBy] }
        : isCordonUp || runs.unstarted === 0
          ? runs
          : { ...runs, unstarted: runs.unstarted - 1, admitted: 1 },
  },

  /** The gate takes a first lease, granted only after the zero, for one that it had before. */
  'a zero from before the lease accepted': {
    ...PRODUCT,
    decideOnLease: (state, observation, now) =>
      PRODUCT.decideOnLease(
        observation.type === 'granted' && leaseOf(state.cordon) === undefined
          ? withLease(state, { ...observation, sentAtMs: state.pending.askedAtMs })
          : state,
        observation,
        now,
      ),
  },

  /** The gate does not look at the id of a renewed lease. */
  'another lease id ignored': {
    ...PRODUCT,
    decideOnLease: (state, observation, now) =>
      PRODUCT.decideOnLease(
        state,
        observation.type === 'granted'
          ? { ...observation, id: leaseOf(state.cordon)?.id ?? observation.id }
          : observation,
        now,
      ),
  },

  /** The gate counts its lease from the answer and not from the request. */
  'a lease counted from the answer': {
    ...PRODUCT,
    decideOnLease: (state, observation, now) =>
      PRODUCT.decideOnLease({ ...state, pending: { ...state.pending, askedAtMs: now } }, observation, now),
  },

  /** The job lifts its lease when it ends, while the reconciler has not yet rolled. */
  'a lease lifted before the rollout': {
    ...PRODUCT,
    mayLift: ({ phase }) => phase === 'ended' || phase === 'rolled',
  },

  /** The server forgets that a lease was lifted. */
  'a lifted lease raised again': {
    ...PRODUCT,
    raiseLease: (state, request, now, limits) =>
      PRODUCT.raiseLease(state, { ...request, renews: undefined }, now, limits),
  },

  /** The server lifts every lease when one holder lifts its own. */
  'a lease of another lifted': {
    ...PRODUCT,
    liftLease: (state, _, now) => PRODUCT.liftLease(state, '*', now),
  },

  /** The server never gives a lease less than ten seconds. */
  'a lease for longer than asked': {
    ...PRODUCT,
    raiseLease: (state, request, now, limits) =>
      PRODUCT.raiseLease(state, { ...request, leaseMs: 10_000 }, now, limits),
  },

  /** The gate goes on for a second after the maximum wait. */
  'a cap that is not hard': {
    ...PRODUCT,
    nextQuestion: ({ limits, ...state }, now) =>
      PRODUCT.nextQuestion({ ...state, limits: { ...limits, maxWaitMs: limits.maxWaitMs + 1000 } }, now),
  },
} satisfies Record<string, Rules>;

function withLease(state: Leasing, lease: OwnLease): Leasing {
  return { ...state, cordon: { ...state.cordon, phase: { type: 'up', lease } } };
}
