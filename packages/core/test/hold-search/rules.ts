import { proving, renewing, waitingAgain } from '../../src/gate/after-end.ts';
import type { GateEvent } from '../../src/gate/outcome.ts';
import { decideOnReport } from '../../src/hold/hold.ts';
import { renewalDueAtMs } from '../../src/hold/renewal-due.ts';
import { PRODUCT as GATE_AND_SERVER, type Rules as GateAndServerRules } from '../cordon-search/rules.ts';

/** All that decides in the model. A planted fault replaces one of them. */
export interface Rules extends Omit<GateAndServerRules, 'mayLift'> {
  readonly decideOnReport: typeof decideOnReport;
  readonly renewalDueAtMs: typeof renewalDueAtMs;
  readonly renewing: typeof renewing;
  readonly proving: typeof proving;
  readonly waitingAgain: typeof waitingAgain;
  /** Whether leases are released now, while the roll goes on, or once it is over. */
  readonly lifts: 'when the roll begins' | 'when the roll is over';
  /** Whether an event is reported to whoever called. */
  readonly isReported: (event: GateEvent) => boolean;
}

/** The product's own functions, and what its shell makes of them. */
export const PRODUCT: Rules = {
  ...GATE_AND_SERVER,
  decideOnReport,
  renewalDueAtMs,
  renewing,
  proving,
  waitingAgain,
  lifts: 'when the roll is over',
  isReported: () => true,
};
