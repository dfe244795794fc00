import type { QuietResult } from '../gate/outcome.ts';
import { checkFunction } from '../options/check-kind.ts';
import { holdGates } from './hold-gates.ts';
import type { WaitForQuietOptions } from './gate-options.ts';

/**
 * What the deploy does once the light is green. What it returns, or resolves with, is what `whenQuiet` resolves with; what
 * it throws, or rejects with, calls the deploy off.
 */
export type Roll<T> = (context: {
  /** How each gate ended, in the order of the gates. Every outcome lets the deploy go; `roll` may throw to call it off. */
  results: readonly QuietResult[];
  /** Aborts, with its reason, when the caller's signal aborts. */
  signal: AbortSignal;
  /** Leaves the leases to expire, in place of releasing them, if the roll succeeds: for a rollout that goes on after it. */
  keep: () => void;
}) => T | Promise<T>;

/**
 * Waits until every server is quiet, all at the same time, then rolls, and holds the cordons until the roll has ended: so
 * new runs are refused for exactly as long as the rollout takes.
 *
 * Each gate waits as `waitForQuiet` does, under its own maximum wait. One that has ended renews its lease until all have;
 * where there are several, each zero is then proved once more, and `roll` is called once, whatever the outcomes. While it
 * goes on the leases are renewed; once it settles they are released, for at most 10 s. A renewal that fails is reported as
 * `uncordoned`, and disturbs no roll. While the gates wait, an abort of any gate's signal releases what may have been
 * leased, for at most 2 s, and rejects with its reason; during the roll it aborts the signal of `roll`.
 *
 * @param gates the options of one gate, or of several: one a server
 * @param roll what the deploy does; called once
 * @returns what `roll` returns
 * @throws TypeError or RangeError when an option is wrong, there is no gate or no `roll`, or two gates have the same cordon
 *   and holder, before any request
 * @throws what `roll` throws
 * @throws the signal's reason, when a signal aborts before the roll
 *
 * @example
 * await whenQuiet({ url: 'https://api.example', cordon: { token } }, async ({ results, signal }) => {
 *   if (results.some(({ outcome }) => outcome === 'failed-open')) throw new Error('the server does not answer');
 *   await deploy({ signal });
 * });
 */
export async function whenQuiet<T>(
  gates: WaitForQuietOptions | readonly WaitForQuietOptions[],
  roll: Roll<T>,
): Promise<T> {
  checkFunction('roll', roll);
  return holdGates(gates, ({ results, signal, endBy }) =>
    roll({
      results,
      signal,
      keep() {
        endBy('keep');
      },
    }),
  );
}
