import { proving, renewing } from '../../src/gate/after-end.ts';
import { pollAgain } from '../../src/gate/decide-on-lease.ts';
import type { GateEvent } from '../../src/gate/outcome.ts';
import { holdAfter } from '../../src/hold/hold.ts';
import { renewalDueAtMs } from '../../src/hold/renewal-due.ts';
import { PRODUCT as GATE_AND_SERVER, type Rules as GateAndServerRules } from '../cordon-search/rules.ts';

/** All that decides in the model. A planted fault replaces one of them. */
export interface Rules extends Omit<GateAndServerRules, 'mayLift'> {
  readonly holdAfter: typeof holdAfter;
  readonly renewalDueAtMs: typeof renewalDueAtMs;
  readonly renewing: typeof renewing;
  readonly proving: typeof proving;
  readonly pollAgain: typeof pollAgain;
  /** Whether leases are released now, while the roll goes on, or once it is over. */
  readonly lifts: 'when the roll begins' | 'when the roll is over';
  /** Whether an event is reported to whoever called. */
  readonly isReported: (event: GateEvent) => boolean;
}

/** The product's own functions, and what its shell makes of them. */
export const PRODUCT: Rules = {
  ...GATE_AND_SERVER,
  holdAfter,
  renewalDueAtMs,
  renewing,
  proving,
  pollAgain,
  lifts: 'when the roll is over',
  isReported: () => true,
};
