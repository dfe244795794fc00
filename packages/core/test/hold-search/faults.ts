import { PRODUCT, type Rules } from './rules.ts';

/** Ways in which one rule may be wrong. */
export const FAULTS = {
  /** Leases are not renewed once their gates have ended. */
  'a lease that is not renewed': { ...PRODUCT, renewalDueAtMs: () => Infinity },

  /** Leases are renewed when they are over, and not before half of that. */
  'a lease that is renewed too late': {
    ...PRODUCT,
    renewalDueAtMs: (lease, intervalMs) =>
      'leaseMs' in lease ? lease.sentAtMs + lease.leaseMs : PRODUCT.renewalDueAtMs(lease, intervalMs),
  },

  /** The leases are released before the roll, and not after it. */
  'a lease that is released too early': { ...PRODUCT, lifts: 'when the roll begins' },

  /** The roll begins as soon as all have ended, whatever has become of the zeros since. */
  'a roll without proofs': {
    ...PRODUCT,
    holdAfter(before, gate, report) {
      const hold = PRODUCT.holdAfter(before, gate, report);
      return hold.stage === 'proving' ? { ...hold, stage: 'rolling' } : hold;
    },
  },

  /** The roll begins when the first gate has ended. */
  'a roll while a gate still waits': {
    ...PRODUCT,
    holdAfter(before, gate, report) {
      const hold = PRODUCT.holdAfter(before, gate, report);
      return report === 'waiting' ? hold : { ...hold, stage: 'rolling' };
    },
  },

  /** A lease that is lost during the roll is reported to nobody. */
  'an uncordoned that is not reported': { ...PRODUCT, isReported: () => false },

  /** A gate does not look at the id of a lease that it renews or proves. */
  'another lease id ignored': {
    ...PRODUCT,
    decideOnLease(state, observation, now) {
      const { phase } = state.cordon;
      return PRODUCT.decideOnLease(
        state,
        observation.type === 'granted' && (phase.type === 'up' || phase.type === 'lost')
          ? { ...observation, id: phase.lease.id }
          : observation,
        now,
      );
    },
  },
} satisfies Record<string, Rules>;
