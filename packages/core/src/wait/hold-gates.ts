import type { QuietResult } from '../gate/outcome.ts';
import { decideOnReport, initialHold } from '../hold/hold.ts';
import { createHeldGate, type HeldGate, type HoldNotice } from './held-gate.ts';
import type { Gate } from './gate-options.ts';
import { fromZero } from './run-gate.ts';

/** What a roll is told, and how it says what becomes of the leases if it succeeds. By default they are released. */
export interface HoldContext {
  readonly results: readonly QuietResult[];
  readonly signal: AbortSignal;
  /** Renews each lease once more, and leaves it to expire. */
  readonly keep: () => void;
  /** Leaves each lease as it is. */
  readonly leave: () => void;
  /** Sets for how long the leases may be released, in milliseconds, whatever becomes of the roll. */
  readonly liftWithin: (ms: number) => void;
}

/** How long releasing the leases may take after a roll, and after an abort before it, in milliseconds. */
const LIFT_MS = 10_000;
const LIFT_AFTER_ABORT_MS = 2000;

/** What becomes of the leases after a roll that succeeds. */
type Farewell = 'lift' | 'keep' | 'leave';

/**
 * Waits for all gates, rolls, and holds their cordons meanwhile: `whenQuiet`, for gates whose options have been checked.
 *
 * @param notice called with the index of a gate and what its events do not say
 */
export async function holdGates<T>(
  gates: readonly Gate[],
  roll: (context: HoldContext) => T | Promise<T>,
  notice: (gate: number, notice: HoldNotice) => void = () => undefined,
): Promise<T> {
  const calledOff = new AbortController();
  const { signal } = calledOff;
  const callOff = function (this: AbortSignal) {
    calledOff.abort(this.reason);
  };
  const callers = new Set(gates.flatMap((gate) => gate.signal ?? []));
  for (const caller of callers) caller.throwIfAborted();
  for (const caller of callers) caller.addEventListener('abort', callOff);
  const hold = startHold(gates, signal, notice);
  try {
    try {
      await hold.ready;
      signal.throwIfAborted();
    } catch (reason) {
      calledOff.abort(reason);
      await hold.lift(LIFT_AFTER_ABORT_MS);
      throw reason;
    }

    let farewell = 'lift' as Farewell;
    let liftMs = LIFT_MS;
    const context: HoldContext = {
      results: hold.roll(),
      signal,
      keep() {
        farewell = 'keep';
      },
      leave() {
        farewell = 'leave';
      },
      liftWithin(ms) {
        liftMs = ms;
      },
    };
    // Settled, because what it throws may be anything, and the leases end first.
    const [settled] = await Promise.allSettled([begin(() => roll(context))]);
    if (settled.status === 'rejected') {
      await hold.lift(liftMs);
      throw settled.reason;
    }
    await (farewell === 'lift' ? hold.lift(liftMs) : hold.leave(farewell));
    return settled.value;
  } finally {
    hold.stop();
    for (const caller of callers) caller.removeEventListener('abort', callOff);
  }
}

/** All gates of a hold, which begin to wait. */
function startHold(
  gates: readonly Gate[],
  signal: AbortSignal,
  notice: (gate: number, notice: HoldNotice) => void,
) {
  const stopped = new AbortController();
  let hold = initialHold(gates.length);
  let onProved!: () => void;
  const proved = new Promise<void>((resolve) => {
    onProved = resolve;
  });
  const held: readonly HeldGate[] = gates.map((gate, index) =>
    createHeldGate(fromZero({ ...gate, signal }), {
      report(report) {
        const decision = decideOnReport(hold, index, report);
        ({ hold } = decision);
        if (decision.step.type === 'roll') onProved();
        if (decision.step.type === 'prove') for (const each of decision.step.gates) held[each]?.prove();
      },
      notice: (what) => {
        notice(index, what);
      },
      stopped: stopped.signal,
    }),
  );
  const running = Promise.all(held.map((gate) => gate.run()));
  const each = async (act: (gate: HeldGate) => unknown) => {
    await Promise.allSettled(held.map(act));
  };

  return {
    /** Resolves when the roll may begin. Rejects when a gate is stopped. */
    ready: Promise.race([proved, running]),
    roll: () => held.map((gate) => gate.roll()),
    lift: (withinMs: number) => each((gate) => gate.lift(withinMs)),
    /** Leaves the leases to expire, with or without another renewal. */
    async leave(how: 'keep' | 'leave') {
      await each((gate) => {
        gate.leave();
      });
      await Promise.allSettled([running]);
      if (how === 'keep') await each((gate) => gate.renew());
    },
    /** Stops whatever is left of it. */
    stop: () => {
      stopped.abort();
    },
  };
}

function begin<T>(work: () => T | Promise<T>): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}
