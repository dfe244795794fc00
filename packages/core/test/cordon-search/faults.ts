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
    decide: (answered, elapsedMs, limits) => {
      if (!isGrant(answered) || answered.question.cordon.lease !== undefined) {
        return PRODUCT.decide(answered, elapsedMs, limits);
      }
      const { question, observation } = answered;
      const lease = { ...observation, sentAtMs: question.state.askedAtMs };
      const cordon = { ...question.cordon, lease };
      return PRODUCT.decide({ question: { ...question, cordon }, observation }, elapsedMs, limits);
    },
  },

  /** The gate does not look at the id of a renewed lease. */
  'another lease id ignored': {
    ...PRODUCT,
    decide: (answered, elapsedMs, limits) => {
      if (!isGrant(answered)) return PRODUCT.decide(answered, elapsedMs, limits);
      const { question, observation } = answered;
      const id = question.cordon.lease?.id ?? observation.id;
      return PRODUCT.decide({ question, observation: { ...observation, id } }, elapsedMs, limits);
    },
  },

  /** The gate counts its lease from the answer and not from the request. */
  'a lease counted from the answer': {
    ...PRODUCT,
    decide: (answered, elapsedMs, limits) => {
      if (!isGrant(answered)) return PRODUCT.decide(answered, elapsedMs, limits);
      const { question, observation } = answered;
      const state = { ...question.state, askedAtMs: elapsedMs };
      return PRODUCT.decide({ question: { ...question, state }, observation }, elapsedMs, limits);
    },
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

  /** The gate goes on for a second after the cap. */
  'a cap that is not hard': {
    ...PRODUCT,
    nextQuestion: (state, elapsedMs, limits) =>
      PRODUCT.nextQuestion(state, elapsedMs, { ...limits, maxWaitMs: limits.maxWaitMs + 1000 }),
  },
} satisfies Record<string, Rules>;

type Answered = Parameters<Rules['decide']>[0];
type Grant = Extract<Answered, { question: { type: 'lease' } }> & {
  readonly observation: { readonly reason?: never };
};

function isGrant(answered: Answered): answered is Grant {
  return answered.question.type === 'lease' && answered.observation.reason === undefined;
}
