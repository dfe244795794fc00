import type { QuietResult } from '../gate/outcome.ts';
import { initialState } from '../gate/state.ts';
import { readGateOptions, type WaitForQuietOptions } from './gate-options.ts';
import { runGate } from './run-gate.ts';

/**
 * Holds a deploy until nothing is in flight, and no longer than the maximum wait.
 *
 * Resolves with every outcome that lets the deploy go: `quiet`, `timed-out` once the maximum wait is over, or
 * `failed-open` when the endpoint gives no usable response. A gate must never become the outage, so no failed request
 * ever rejects.
 *
 * @throws TypeError when an option is of the wrong kind, before any request
 * @throws RangeError when a duration or `retries` is out of its range, before any request
 * @throws the signal's reason, when the caller's signal aborts
 *
 * @example
 * const result = await waitForQuiet({ url: 'https://api.example', maxWaitMs: 15 * 60_000 });
 * if (result.outcome !== 'quiet') console.warn(`rolling all the same: ${result.outcome}`);
 */
export async function waitForQuiet(options: WaitForQuietOptions): Promise<QuietResult> {
  const gate = readGateOptions(options);
  gate.signal?.throwIfAborted();
  const { result } = await runGate(gate, initialState(gate.limits, gate.cordon));
  return result;
}
