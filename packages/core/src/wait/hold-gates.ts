import type { QuietResult } from '../gate/outcome.ts';
import { decideOnReport, initialHold } from '../hold/hold.ts';
import type { Gate } from './gate-options.ts';
import { createHeldGate, type Ending, type HeldGate, type HeldReport } from './held-gate.ts';
import { fromZero } from './run-gate.ts';

/** What a roll is told, and how it says what becomes of the leases. */
export interface HoldContext {
  readonly results: readonly QuietResult[];
  readonly signal: AbortSignal;
  /** What becomes of the leases; of a roll that fails they are released in any case. By default they are, within 10 s. */
  readonly endBy: (ending: Ending) => void;
}

/** How long releasing the leases may take after a roll, and after an abort before it, in milliseconds. */
const LIFT_MS = 10_000;
const LIFT_AFTER_ABORT_MS = 2000;

/**
 * Waits for all gates, rolls, and holds their cordons meanwhile: `whenQuiet`, for gates whose options have been checked.
 *
 * @param notice called with the index of a gate, with what it reports, and with how it last ended
 */
export async function holdGates<T>(
  gates: readonly Gate[],
  roll: (context: HoldContext) => T | Promise<T>,
  notice: (gate: number, report: HeldReport, result: QuietResult) => void = () => undefined,
): Promise<T> {
  const callers = gates.flatMap((gate) => gate.signal ?? []);
  for (const caller of callers) caller.throwIfAborted();
  const calledOff = new AbortController();
  const { signal } = calledOff;
  // One signal for each gate: on one for all, Node would warn of more than ten listeners.
  const stops = gates.map(() => new AbortController());
  signal.addEventListener('abort', () => {
    for (const stop of stops) stop.abort(signal.reason);
  });
  const callOff = function (this: AbortSignal) {
    calledOff.abort(this.reason);
  };
  for (const caller of callers) caller.addEventListener('abort', callOff);

  let held: readonly HeldGate[] = [];
  let ending: Ending = LIFT_AFTER_ABORT_MS;
  try {
    await new Promise<void>((resolve, reject) => {
      let hold = initialHold(gates.length);
      held = gates.map((gate, index) =>
        createHeldGate(fromZero({ ...gate, signal: stops[index]?.signal }), (report, result) => {
          notice(index, report, result);
          if (report === 'renewed') return;
          const { hold: next, step } = decideOnReport(hold, index, report);
          hold = next;
          if (step === 'roll') resolve();
          if (step === 'prove') for (const each of held) each.prove();
        }),
      );
      for (const gate of held) gate.run().catch(reject);
    }).catch((reason: unknown) => {
      calledOff.abort(reason);
      throw reason;
    });
    signal.throwIfAborted();
    ending = LIFT_MS;
    return await roll({
      results: held.map((gate) => gate.roll()),
      signal,
      endBy: (wanted) => {
        ending = wanted;
      },
    });
  } catch (reason) {
    if (typeof ending !== 'number') ending = LIFT_MS;
    throw reason;
  } finally {
    await Promise.allSettled(held.map((gate) => gate.end(ending)));
    for (const caller of callers) caller.removeEventListener('abort', callOff);
  }
}
