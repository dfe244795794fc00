/**
 * What joins several gates and a roll: where each gate is. It knows of no counts and no leases, only what the gates
 * report, and how long a gate pauses is a matter of its own.
 */
export type Hold = readonly Phase[];

/**
 * - `waiting`: it checks, and waits until its server is quiet
 * - `holding`: it ended `quiet`, and its zero has to be proved once all have ended
 * - `proving`: all have ended, and it finds out whether its zero still stands
 * - `overtaken`: the same, but since then another gate has gone back to waiting, so that it has to be proved again
 * - `proved`: its zero still stood after all had ended
 * - `done`: it ended in another way, so that there is no zero to prove
 */
export type Phase = 'waiting' | 'holding' | 'proving' | 'overtaken' | 'proved' | 'done';

/**
 * What one gate reports: its wait or its proof ended, `quiet` or in another way; or its zero is `void`, since a count above
 * zero was read or its lease is another one.
 */
export type GateReport = 'quiet' | 'other' | 'void';

/**
 * What happens next: nothing, until another gate reports; the gate that reported goes back to waiting, while the others
 * hold; all gates that are `proving` now prove their zeros, at the same time; or the roll begins.
 */
export type HoldStep = 'none' | 'wait again' | 'prove' | 'roll';

/** The hold after a report, and what happens next. */
export interface HoldDecision {
  readonly hold: Hold;
  readonly step: HoldStep;
}

/** A hold of so many gates, all of which wait. */
export function initialHold(gates: number): Hold {
  return Array.from({ length: gates }, () => 'waiting');
}

/** Decides what a gate's report means for all of them. */
export function decideOnReport(hold: Hold, gate: number, report: GateReport): HoldDecision {
  const phase = hold[gate];
  if (report !== 'void') return decideOnEnd(hold.with(gate, phaseAfterEnd(phase, report)));
  return phase === 'waiting' || phase === 'done'
    ? { hold, step: 'none' }
    : { hold: hold.map(phaseAfterSetback).with(gate, 'waiting'), step: 'wait again' };
}

function phaseAfterEnd(phase: Phase | undefined, outcome: 'quiet' | 'other'): Phase {
  if (outcome === 'other') return 'done';
  return phase === 'proving' ? 'proved' : 'holding';
}

/** What was proved before the last gate ended proves nothing: all have to be quiet at the same moment. */
function phaseAfterSetback(phase: Phase): Phase {
  if (phase === 'proved') return 'holding';
  return phase === 'proving' ? 'overtaken' : phase;
}

function decideOnEnd(hold: Hold): HoldDecision {
  if (hold.some(isUnderWay)) return { hold, step: 'none' };
  // A single gate has proved its zero by itself.
  if (hold.length === 1 || !hold.includes('holding')) return { hold, step: 'roll' };

  return { hold: hold.map((phase) => (phase === 'done' ? phase : 'proving')), step: 'prove' };
}

function isUnderWay(phase: Phase): boolean {
  return phase === 'waiting' || phase === 'proving' || phase === 'overtaken';
}
