import type { QuietResult } from '../gate/outcome.ts';
import { holdAfter, initialHold } from '../hold/hold.ts';
import { readGates, type WaitForQuietOptions } from './gate-options.ts';
import { createHeldGate, type Ending, type HeldGate, type HeldReport } from './held-gate.ts';

/** What a roll is told, and how it says what becomes of the leases. */
export interface HoldContext {
  readonly results: readonly QuietResult[];
  readonly signal: AbortSignal;
  /** What becomes of the leases; of a roll that fails they are released in any case. By default they are, within 10 s. */
  readonly endBy: (ending: Ending) => void;
}

/** How long releasing the leases may take after a roll, in milliseconds; and where none follows, as after an abort. */
const LIFT_MS = 10_000;
export const LIFT_WITHOUT_ROLL_MS = 2000;

/**
 * Waits for all gates, rolls, and holds their cordons meanwhile, as `whenQuiet` does.
 *
 * @param notice called with the index of a gate, with what it reports, and with how it last ended
 * @throws TypeError or RangeError when an option is wrong, before any request
 */
export async function holdGates<T>(
  given: WaitForQuietOptions | readonly WaitForQuietOptions[],
  roll: (context: HoldContext) => T | Promise<T>,
  notice?: (gate: number, report: HeldReport, result: QuietResult) => void,
): Promise<T> {
  const gates = readGates(given);
  const calledOff = new AbortController();
  const { signal } = calledOff;
  const callOff = function (this: AbortSignal) {
    calledOff.abort(this.reason);
    if (hold.stage !== 'rolling') for (const gate of held) gate.stop(this.reason);
  };
  let hold = initialHold(gates.length);
  let held: readonly HeldGate[] = [];
  let ending: Ending = LIFT_WITHOUT_ROLL_MS;
  try {
    for (const gate of gates) {
      gate.signal?.throwIfAborted();
      gate.signal?.addEventListener('abort', callOff);
    }
    await new Promise<void>((resolve, reject) => {
      held = gates.map((gate, index) =>
        createHeldGate(gate, (report, result) => {
          notice?.(index, report, result);
          if (report === 'renewed') return;
          const before = hold.stage;
          hold = holdAfter(hold, index, report);
          if (hold.stage === 'rolling') resolve();
          if (hold.stage === 'proving' && before === 'waiting') for (const each of held) each.prove();
        }),
      );
      for (const gate of held) gate.run().catch(reject);
    });
    signal.throwIfAborted();
    ending = LIFT_MS;
    let wanted: Ending = LIFT_MS;
    const rolled = await roll({
      results: held.map((gate) => gate.roll()),
      signal,
      endBy(ending) {
        wanted = ending;
      },
    });
    ending = wanted;
    return rolled;
  } finally {
    await Promise.allSettled(held.map((gate) => gate.end(ending)));
    for (const gate of gates) gate.signal?.removeEventListener('abort', callOff);
  }
}
