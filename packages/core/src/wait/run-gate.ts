import { decideOnLease } from '../gate/decide-on-lease.ts';
import { decideOnPoll } from '../gate/decide-on-poll.ts';
import { leaseOf } from '../gate/gate-cordon.ts';
import { type LeaseQuestion, nextQuestion, type PollQuestion } from '../gate/next-question.ts';
import type { LeaseObservation, PollObservation } from '../gate/observation.ts';
import type { GateEvent } from '../gate/outcome.ts';
import { deadlineMs, type GateState } from '../gate/state.ts';
import type { End, Pause, Step } from '../gate/step.ts';
import { notifyListener } from '../notify-listener.ts';
import { askInTime, sleepUnlessAborted } from './with-time-limit.ts';
import type { Gate } from './gate-options.ts';
import { retry } from './retry.ts';

/** Runs a gate from any of its states to its end, or to a pause that is the last. Rejects with the reason of its signal. */
export async function runGate<Last extends Pause = never>(
  gate: Gate,
  from: GateState,
  isLast?: (step: Pause) => step is Last,
): Promise<End | Last> {
  let state = from;
  return retry(async () => {
    const step = await askAndDecide(gate, state);
    reportEvents(gate, step.events);
    if (step.type === 'end' || isLast?.(step)) return step;
    state = step.state;
    await pause(gate, step);
    return undefined;
  });
}

/** Whether what it has asked is answered, retries included. */
export function isSettled(step: Pause): step is Pause {
  return step.state.pending === undefined;
}

async function askAndDecide(gate: Gate, state: GateState): Promise<Step> {
  const { clock } = gate;
  const question = nextQuestion(state, clock.now());
  switch (question.type) {
    case 'end':
      return question;
    case 'poll':
      return decideOnPoll(question.state, await observeCount(gate, question), clock.now());
    case 'lease':
      return decideOnLease(question.state, await observeLease(gate, question), clock.now());
  }
}

function observeCount(gate: Gate, { timeLimitMs, state }: PollQuestion): Promise<PollObservation> {
  const { name, ask } = gate.target;
  const { waitS, askedAtMs } = state.pending;
  return askInTime(gate, name, timeLimitMs, (signal) => ask(signal, waitS), askedAtMs);
}

function observeLease(gate: Gate, { timeLimitMs, state }: LeaseQuestion): Promise<LeaseObservation> {
  const { holder, leaseMs } = state.cordon;
  const wanted = { holder, leaseMs, renews: leaseOf(state.cordon)?.id };
  const { name, raise } = gate.leases;
  return askInTime(gate, name, timeLimitMs, (signal) => raise(wanted, signal), state.pending.askedAtMs);
}

function reportEvents({ signal, onEvent }: Gate, events: readonly GateEvent[]): void {
  for (const event of events) {
    notifyListener(onEvent, event);
    signal?.throwIfAborted();
  }
}

/** Pauses as a step says. Rejects with the reason of the gate's signal. */
export async function pause({ clock, signal }: Gate, { pauseMs, state }: Pause): Promise<void> {
  if (pauseMs === 0) return;
  // A listener may have taken its time, and the maximum wait does not wait for it.
  const sleepMs = Math.min(pauseMs, Math.max(0, deadlineMs(state) - clock.now()));
  await sleepUnlessAborted({ clock, signal }, sleepMs);
}
