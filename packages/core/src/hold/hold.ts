/**
 * What joins several gates and a roll. It knows of no counts and no leases, only what the gates report, and how long a gate
 * pauses is a matter of its own.
 */
export interface Hold {
  /**
   * - `waiting`: gates wait, until all have ended
   * - `proving`: all had ended, and those that ended `quiet` prove their zeros, all at the same time
   * - `rolling`: all have ended, and every zero is proved
   */
  readonly stage: 'waiting' | 'proving' | 'rolling';
  /** What each gate has reported; `waiting` too where it has not reported yet, or not yet that its zero is proved. */
  readonly gates: readonly GateReport[];
}

/**
 * What a gate reports: that its wait or its proof ended, `quiet` or in an `other` way; or that it is `waiting` again, since a
 * count above zero was read or its lease is another one, so that its zero is void.
 */
export type GateReport = 'waiting' | 'quiet' | 'other';

/** A hold of so many gates, all of which wait. */
export function initialHold(gates: number): Hold {
  return { stage: 'waiting', gates: Array.from({ length: gates }, () => 'waiting') };
}

/** The hold after a gate's report. */
export function holdAfter(before: Hold, gate: number, report: GateReport): Hold {
  // What was proved before a wait ended proves nothing: all have to be quiet at the same moment.
  const stage = report === 'waiting' ? report : before.stage;
  const gates = before.gates.with(gate, report);
  if (gates.includes('waiting')) return { stage, gates };
  // A single gate has proved its zero by itself.
  return stage === 'proving' || gates.length === 1 || !gates.includes('quiet')
    ? { stage: 'rolling', gates }
    : { stage: 'proving', gates: gates.map((each) => (each === 'quiet' ? 'waiting' : each)) };
}
