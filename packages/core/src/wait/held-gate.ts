import { proving, renewing } from '../gate/after-end.ts';
import { pollAgain } from '../gate/decide-on-lease.ts';
import { cordonResult } from '../gate/gate-cordon.ts';
import type { QuietResult } from '../gate/outcome.ts';
import { initialState } from '../gate/state.ts';
import { type End, type Pause, report as eventOf, type Step } from '../gate/step.ts';
import type { GateReport } from '../hold/hold.ts';
import { renewalDueAtMs } from '../hold/renewal-due.ts';
import { notifyListener } from '../notify-listener.ts';
import type { Gate } from './gate-options.ts';
import { liftableGate } from './liftable-gate.ts';
import { isSettled, pause, runGate } from './run-gate.ts';
import { EXPIRED, withTimeLimit } from './with-time-limit.ts';

/** One gate of a hold: it waits; then it keeps its lease, proves its zero, or waits again, until the hold is over. */
export interface HeldGate {
  /** Resolves once the hold is over. Rejects when it is stopped. */
  readonly run: () => Promise<void>;
  /** Stops it; it is still to be ended then. */
  readonly stop: (reason: unknown) => void;
  /** Makes it prove its zero, if it ended on one. */
  readonly prove: () => void;
  /** The roll begins: nothing voids the zero any more. Returns its result, with what is known of the cordon by now. */
  readonly roll: () => QuietResult;
  /** Ends the hold. Resolves once there is nothing left of it. */
  readonly end: (ending: Ending) => Promise<void>;
}

/**
 * What becomes of a lease at the end of a hold: it is released within so many milliseconds, or left to expire, which with
 * `keep` is renewed once more.
 */
export type Ending = number | 'keep' | 'leave';

/** What a held gate reports; `renewed` after a renewal that succeeded, once it had ended. */
export type HeldReport = GateReport | 'renewed';

/** What a gate that holds does next: nothing, once the hold is over. */
type Order = () => Promise<Step> | undefined;

/**
 * Makes a gate that is held.
 *
 * @param given its signal does not stop it
 * @param report called with what it reports, and with how it last ended
 */
export function createHeldGate(
  given: Gate,
  report: (report: HeldReport, result: QuietResult) => void,
): HeldGate {
  const { gate, stop, lift, mayHaveLease } = liftableGate(given);
  const { clock, limits, onEvent } = gate;
  let state = initialState(limits, gate.cordon);
  let heardAtMs = 0;
  let result!: QuietResult;
  let isRolling = false;
  let give!: (order: Order) => void;
  const newOrder = () =>
    new Promise<Order>((resolve) => {
      give = resolve;
    });
  let order = newOrder();
  let running: Promise<void> | undefined;

  const run = async () => {
    let step: Step | undefined = await runGate(gate, state);
    while (step !== undefined) {
      hear(step);
      step = await (step.type === 'end' ? hold(step) : waitAgain(step));
    }
  };

  /** Returns whether its cordon is up. */
  const hear = (step: Step): boolean => {
    ({ state } = step);
    heardAtMs = clock.now();
    return state.cordon?.phase.type === 'up';
  };

  const hold = async (ended: End): Promise<Step | undefined> => {
    ({ result } = ended);
    const isQuiet = result.outcome === 'quiet';
    report(isQuiet ? 'quiet' : 'other', result);
    for (;;) {
      const dueInMs = renewalDueInMs();
      const given = await (dueInMs === undefined
        ? order
        : withTimeLimit(dueInMs, clock, undefined, () => order));
      if (given !== EXPIRED) return given();
      if (hear(await renew())) report('renewed', result);
      const isZeroVoid = isQuiet && state.zeroSinceMs === undefined;
      if (isZeroVoid && !isRolling) return pollAgain(state, clock.now());
    }
  };

  const waitAgain = async (step: Pause) => {
    order = newOrder(); // an order to prove the zero comes too late
    report('waiting', result);
    await pause(gate, step);
    return runGate(gate, state);
  };

  const renew = () => runGate(gate, renewing(state, clock.now()), isSettled);

  const proveZero: Order = () => {
    order = newOrder();
    return runGate(gate, proving(state, clock.now()), isSettled);
  };

  const renewalDueInMs = (): number | undefined => {
    const kept = state.cordon?.phase;
    if (kept === undefined || kept.type === 'given-up' || !mayHaveLease()) return undefined;
    const known = kept.type === 'up' ? kept.lease : { failedAtMs: heardAtMs };
    return renewalDueAtMs(known, limits.intervalMs) - clock.now();
  };

  return {
    run: () => (running = run()),
    stop,
    prove() {
      if (result.outcome === 'quiet') give(proveZero);
    },
    roll() {
      isRolling = true;
      const { cordon } = state;
      return { ...result, ...(cordon && { cordon: cordonResult(cordon, clock.now()) }) };
    },
    async end(ending) {
      give(() => undefined);
      if (typeof ending === 'number') {
        const occasion = await lift(ending);
        if (occasion !== undefined) notifyListener(onEvent, eventOf(occasion, state, clock.now()));
      } else {
        await running;
        if (ending === 'keep' && renewalDueInMs() !== undefined) await renew();
      }
    },
  };
}
