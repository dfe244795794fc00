import { proving, renewing, waitingAgain } from '../gate/after-end.ts';
import { cordonResult } from '../gate/gate-cordon.ts';
import type { QuietResult } from '../gate/outcome.ts';
import { initialState } from '../gate/state.ts';
import { report as eventOf, type Step } from '../gate/step.ts';
import type { GateReport } from '../hold/hold.ts';
import { renewalDueAtMs } from '../hold/renewal-due.ts';
import { notifyListener } from '../notify-listener.ts';
import type { Gate } from './gate-options.ts';
import { liftableGate } from './liftable-gate.ts';
import { resumeGate, runGate, settleQuestion } from './run-gate.ts';
import { EXPIRED, withTimeLimit } from './with-time-limit.ts';

/** One gate of a hold: it waits; then it keeps its lease, proves its zero, or waits again, until the hold is over. */
export interface HeldGate {
  /** Resolves once the hold is over. Rejects with the reason of a signal that stops it. */
  readonly run: () => Promise<void>;
  /** Makes it prove its zero, once it has ended. */
  readonly prove: () => void;
  /** The roll begins: nothing voids the zero any more. Returns its result, with what is known of the cordon by now. */
  readonly roll: () => QuietResult;
  /** Ends the hold, and releases what lease there may be, within a time. */
  readonly lift: (withinMs: number) => Promise<void>;
  /** Ends the hold, and leaves what lease there may be to expire. */
  readonly leave: () => void;
  /** Renews what lease there may be, after the hold. */
  readonly renew: () => Promise<void>;
}

/** Whom a held gate tells of itself, and what stops it. */
export interface Holding {
  /** Called with what it has to say to what joins the gates. */
  readonly report: (report: GateReport) => void;
  /** Called with what no event says. */
  readonly notice: (notice: HoldNotice) => void;
  /** Stops its renewals. */
  readonly stopped: AbortSignal;
}

/** What a log may say of a held gate beside its events: how it ended, that it waits again, that its lease was renewed. */
export type HoldNotice =
  { readonly type: 'ended'; readonly result: QuietResult } | { readonly type: 'waiting again' | 'renewed' };

/**
 * Makes a gate that is held.
 *
 * @param given on a clock from zero, with the signal that stops it while it waits, or proves its zero
 */
export function createHeldGate(given: Gate, { report, notice, stopped }: Holding): HeldGate {
  const { gate, lift, mayHaveLease } = liftableGate(given);
  const { clock, limits, onEvent } = gate;
  let state = initialState(limits, gate.cordon);
  let heardAtMs = 0;
  let result!: QuietResult;
  let phase: 'before the roll' | 'rolling' | 'lifting' = 'before the roll';
  let orders = createOrders();

  const keeping: Gate = {
    ...gate,
    signal: stopped,
    onEvent(event) {
      if (phase !== 'lifting') onEvent(event);
    },
  };

  const run = async () => {
    let step: Step | undefined = await runGate(gate, state);
    while (step !== undefined) {
      ({ state } = step);
      heardAtMs = clock.now();
      step = await stepAfter(step);
    }
  };

  const stepAfter = (step: Step): Promise<Step | undefined> | Step => {
    switch (step.type) {
      case 'end':
        ({ result } = step);
        notice({ type: 'ended', result });
        report(result.outcome === 'quiet' ? 'quiet' : 'other');
        return hold();
      case 'kept':
        if (state.cordon?.phase.type === 'up') notice({ type: 'renewed' });
        return isZeroVoid() ? waitingAgain(state, clock.now()) : hold();
      case 'pause':
        orders = createOrders(); // an order to prove the zero comes too late
        notice({ type: 'waiting again' });
        report('void');
        return resumeGate(gate, step);
    }
  };

  const hold = async (): Promise<Step | undefined> => {
    const dueInMs = renewalDueInMs();
    const order = await (dueInMs === undefined
      ? orders.next
      : withTimeLimit(dueInMs, clock, undefined, () => orders.next));
    switch (order) {
      case EXPIRED:
        return settleQuestion(keeping, renewing(state, clock.now()));
      case 'prove':
        orders = createOrders();
        return settleQuestion(gate, proving(state, clock.now()));
      case 'end':
        return undefined;
    }
  };

  const renewalDueInMs = (): number | undefined => {
    const { cordon } = state;
    if (cordon === undefined || cordon.phase.type === 'given-up' || !mayHaveLease()) return undefined;
    const known = cordon.phase.type === 'up' ? cordon.phase.lease : { failedAtMs: heardAtMs };
    return Math.max(0, renewalDueAtMs(known, limits.intervalMs) - clock.now());
  };

  const isZeroVoid = () =>
    phase === 'before the roll' && result.outcome === 'quiet' && state.zeroSinceMs === undefined;

  return {
    run,
    prove: () => {
      orders.give('prove');
    },
    roll: () => {
      phase = 'rolling';
      const { cordon } = state;
      return cordon === undefined ? result : { ...result, cordon: cordonResult(cordon, clock.now()) };
    },
    async lift(withinMs) {
      phase = 'lifting';
      orders.give('end');
      const occasion = await lift(withinMs);
      if (occasion !== undefined) notifyListener(onEvent, eventOf(occasion, state, clock.now()));
    },
    leave: () => {
      orders.give('end');
    },
    async renew() {
      if (renewalDueInMs() !== undefined) await settleQuestion(keeping, renewing(state, clock.now()));
    },
  };
}

type Order = 'prove' | 'end';

/** Where a gate that has ended looks for what to do next; the first order counts. */
function createOrders(): { readonly next: Promise<Order>; readonly give: (order: Order) => void } {
  let give!: (order: Order) => void;
  const next = new Promise<Order>((resolve) => {
    give = resolve;
  });
  return { next, give };
}
