/** What joins several gates and a roll. It knows of no counts and no leases, only what their gates report. */
export type Hold = readonly HeldGate[];

/** One gate of a hold. */
export interface HeldGate {
  readonly phase: Phase;
  /** When a void zero last sent it back to waiting, in milliseconds of its own time; absent when none has. */
  readonly sentBackAtMs?: number | undefined;
}

/**
 * - `waiting`: it checks, and waits until its server is quiet
 * - `holding`: it ended `quiet`, and its zero has to be proved once all have ended
 * - `proving`: all have ended, and it finds out whether its zero still stands
 * - `overtaken`: the same, but since then another gate has gone back to waiting, so that it has to be proved again
 * - `proved`: its zero still stood after all had ended
 * - `done`: it ended in another way, so that there is no zero to prove
 */
export type Phase = 'waiting' | 'holding' | 'proving' | 'overtaken' | 'proved' | 'done';

/** What one gate reports. */
export type GateReport =
  /** Its wait, or its proof, ended: `quiet`, or in another way. */
  | { readonly type: 'quiet' | 'other' }
  /** Its zero is void, after a count above zero or another lease. It goes back to waiting once in an interval at most. */
  | { readonly type: 'void'; readonly nowMs: number; readonly intervalMs: number };

/** What happens next. */
export type HoldStep =
  /** Nothing, until another gate reports. */
  | { readonly type: 'none' }
  /** The gate that reported waits again, after a pause. */
  | { readonly type: 'wait again'; readonly pauseMs: number }
  /** These gates prove their zeros, all at the same time. */
  | { readonly type: 'prove'; readonly gates: readonly number[] }
  | { readonly type: 'roll' };

/** The hold after a report, and what happens next. */
export interface HoldDecision {
  readonly hold: Hold;
  readonly step: HoldStep;
}

/** A hold of so many gates, all of which wait. */
export function initialHold(gates: number): Hold {
  return Array.from({ length: gates }, () => ({ phase: 'waiting' }));
}

/** Decides what a gate's report means for the hold: a pure function of where all gates are. */
export function decideOnReport(hold: Hold, gate: number, report: GateReport): HoldDecision {
  const before = hold[gate];
  if (before === undefined) throw new RangeError(`there is no gate ${gate}`);
  if (report.type !== 'void') {
    return decideOnEnd(hold.with(gate, { ...before, phase: phaseAfterEnd(before.phase, report.type) }));
  }
  if (before.phase === 'waiting' || before.phase === 'done') return { hold, step: { type: 'none' } };

  const { sentBackAtMs = -Infinity } = before;
  const pauseMs = Math.max(0, sentBackAtMs + report.intervalMs - report.nowMs);
  return {
    hold: hold
      .map((held): HeldGate => ({ ...held, phase: phaseAfterSetback(held.phase) }))
      .with(gate, { phase: 'waiting', sentBackAtMs: report.nowMs + pauseMs }),
    step: { type: 'wait again', pauseMs },
  };
}

function phaseAfterEnd(phase: Phase, outcome: 'quiet' | 'other'): Phase {
  if (outcome === 'other') return 'done';
  return phase === 'proving' ? 'proved' : 'holding';
}

/** What was proved before the last gate ended proves nothing: all have to be quiet at the same moment. */
function phaseAfterSetback(phase: Phase): Phase {
  if (phase === 'proved') return 'holding';
  return phase === 'proving' ? 'overtaken' : phase;
}

function decideOnEnd(hold: Hold): HoldDecision {
  if (isAnyIn(hold, 'waiting', 'proving', 'overtaken')) return { hold, step: { type: 'none' } };
  // A single gate has proved its zero by itself.
  if (hold.length === 1 || !isAnyIn(hold, 'holding')) return { hold, step: { type: 'roll' } };

  const proving = hold.map((held): HeldGate =>
    held.phase === 'done' ? held : { ...held, phase: 'proving' },
  );
  const gates = proving.flatMap(({ phase }, gate) => (phase === 'proving' ? [gate] : []));
  return { hold: proving, step: { type: 'prove', gates } };
}

function isAnyIn(hold: Hold, ...phases: readonly Phase[]): boolean {
  return hold.some(({ phase }) => phases.includes(phase));
}
