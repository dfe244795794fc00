import { decide } from '../gate/decide.ts';
import type { Observation } from '../gate/observation.ts';
import type { GateEvent, QuietResult } from '../gate/outcome.ts';
import { nextQuestion } from '../gate/question.ts';
import { INITIAL_STATE } from '../gate/state.ts';
import type { Step } from '../gate/step.ts';
import { toMicrosecond } from '../gate/to-microsecond.ts';
import type { Gate, WaitForQuietOptions } from './options.ts';
import { resolveOptions } from './options.ts';
import { retry } from './retry.ts';
import { EXPIRED, withTimeLimit } from './with-time-limit.ts';

/**
 * Holds a deploy until nothing is in flight, and no longer than the cap.
 *
 * Resolves with every outcome that lets the deploy go: `quiet`, `timed-out` at the cap, or `failed-open` when the
 * endpoint gives no usable answer. A gate must never become the outage, so trouble on the way never rejects.
 *
 * @throws TypeError when an option is of the wrong kind, before any request
 * @throws RangeError when a duration or `retries` is out of its range, before any request
 * @throws the signal's reason, when the caller's signal aborts
 */
export async function waitForQuiet(options: WaitForQuietOptions): Promise<QuietResult> {
  const gate = fromZero(resolveOptions(options));
  gate.signal?.throwIfAborted();
  let state = INITIAL_STATE;

  const askAndDecide = async (): Promise<Step> => {
    const askedAtMs = gate.clock.now();
    const question = nextQuestion(state, askedAtMs, gate.limits);
    if (question.type === 'end') return question;
    const observation = await ask(gate, question.timeLimitMs, askedAtMs);
    return decide(question.state, observation, gate.clock.now(), gate.limits);
  };
  const pauseAfter = async (step: Step) => {
    if (step.type === 'end') return;
    state = step.state;
    await pause(gate, step.event);
  };

  for (;;) {
    const step = await retry(askAndDecide, isRetried, pauseAfter);
    if (step.type === 'end') return step.result;
    await pauseAfter(step);
  }
}

function isRetried(step: Step): boolean {
  return step.type === 'pause' && step.state.isPolling;
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

async function ask(
  { target, clock, signal }: Gate,
  timeLimitMs: number,
  askedAtMs: number,
): Promise<Observation> {
  const spentMs = () => clock.now() - askedAtMs;
  const observation = await withTimeLimit(timeLimitMs, clock, signal, target.ask, spentMs);
  return observation === EXPIRED
    ? {
        reason: 'request-timeout',
        message: `${target.name} gave no complete answer within ${timeLimitMs} ms`,
      }
    : observation;
}

async function pause({ limits, clock, signal, onEvent }: Gate, event: GateEvent): Promise<void> {
  const { nextInMs } = event; // before the listener, which may change the event
  notifyListener(onEvent, event);
  signal?.throwIfAborted();
  // The listener may have taken its time, and the cap does not wait for it.
  const sleepMs = Math.min(nextInMs, Math.max(0, limits.maxWaitMs - clock.now()));
  // A sleep that nothing can cut short gets no signal: on a virtual clock it then ends without a look for other work.
  await (signal === undefined ? clock.sleep(sleepMs) : withTimeLimit(sleepMs, clock, signal, nothing));
}

/** Never settles: what a sleep waits for that only an abort can cut short. */
function nothing(): Promise<never> {
  return new Promise(() => undefined);
}

/** Reports to a listener that must not disturb the gate, neither by throwing nor by rejecting. */
function notifyListener(onEvent: Gate['onEvent'], event: GateEvent): void {
  new Promise((resolve) => {
    resolve(onEvent(event));
  }).catch(() => undefined);
}
