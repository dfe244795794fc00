import { type Answered, decide } from '../gate/decide.ts';
import type { LeaseObservation, Observation } from '../gate/observation.ts';
import type { GateEvent, QuietResult } from '../gate/outcome.ts';
import { type LeaseQuestion, nextQuestion, type PollQuestion, type Question } from '../gate/question.ts';
import { type GateState, initialState } from '../gate/state.ts';
import type { Step } from '../gate/step.ts';
import { toMicrosecond } from '../gate/to-microsecond.ts';
import { notifyListener } from '../notify-listener.ts';
import type { Gate, WaitForQuietOptions } from './options.ts';
import { resolveOptions } from './options.ts';
import { retry } from './retry.ts';
import { askInTime, sleepUnlessAborted } from './ask-in-time.ts';

/**
 * Holds a deploy until nothing is in flight, and no longer than the cap.
 *
 * Resolves with every outcome that lets the deploy go: `quiet`, `timed-out` at the cap, or `failed-open` when the
 * endpoint gives no usable answer. A gate must never become the outage, so trouble on the way never rejects.
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
  const gate = fromZero(resolveOptions(options));
  gate.signal?.throwIfAborted();
  let state = initialState(gate.limits, gate.cordon);

  return retry(async () => {
    const step = await askAndDecide(gate, state);
    reportEvents(gate, step.events);
    if (step.type === 'end') return step.result;
    state = step.state;
    await pause(gate, step.pauseMs);
    return undefined;
  });
}

async function askAndDecide(gate: Gate, state: GateState): Promise<Step> {
  const { clock, limits } = gate;
  const question = nextQuestion(state, clock.now(), limits);
  if (question.type === 'end') return question;
  const answered = await ask(gate, question);
  return decide(answered, clock.now(), limits);
}

/** The same gate on the same clock, which now says how long the gate has held the deploy. */
function fromZero(gate: Gate): Gate {
  const { clock } = gate;
  const startedAt = clock.now();
  return {
    ...gate,
    clock: {
      now: () => toMicrosecond(clock.now() - startedAt),
      sleep: (ms, signal) => clock.sleep(ms, signal),
    },
  };
}

async function ask(gate: Gate, question: Question): Promise<Answered> {
  return question.type === 'poll'
    ? { question, observation: await askForCount(gate, question) }
    : { question, observation: await askForLease(gate, question) };
}

function askForCount(gate: Gate, { timeLimitMs, waitS, state }: PollQuestion): Promise<Observation> {
  const { name, ask } = gate.target;
  return askInTime(gate, name, timeLimitMs, (signal) => ask(signal, waitS), state.askedAtMs);
}

async function askForLease(gate: Gate, question: LeaseQuestion): Promise<LeaseObservation> {
  const { holder, leaseMs, lease } = question.cordon;
  const wanted = { holder, leaseMs, renews: lease?.id };
  const { name, ask } = gate.leases;
  const { timeLimitMs, state } = question;
  return askInTime(gate, name, timeLimitMs, (signal) => ask(wanted, signal), state.askedAtMs);
}

function reportEvents({ signal, onEvent }: Gate, events: readonly GateEvent[]): void {
  for (const event of events) {
    notifyListener(onEvent, event);
    signal?.throwIfAborted();
  }
}

async function pause({ limits, clock, signal }: Gate, pauseMs: number): Promise<void> {
  if (pauseMs === 0) return;
  // A listener may have taken its time, and the cap does not wait for it.
  const sleepMs = Math.min(pauseMs, Math.max(0, limits.maxWaitMs - clock.now()));
  await sleepUnlessAborted({ clock, signal }, sleepMs);
}
