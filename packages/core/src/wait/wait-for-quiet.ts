import { decide } from '../gate/decide.ts';
import type { Observation } from '../gate/observation.ts';
import type { GateEvent, QuietResult } from '../gate/outcome.ts';
import { nextQuestion, type Question } from '../gate/question.ts';
import { initialState } from '../gate/state.ts';
import type { Pause, Step } from '../gate/step.ts';
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
  let state = initialState(gate.limits);

  const askAndDecide = async (): Promise<Step> => {
    const question = nextQuestion(state, gate.clock.now(), gate.limits);
    if (question.type === 'end') return question;
    const observation = await ask(gate, question);
    return decide(question.state, observation, gate.clock.now(), gate.limits);
  };
  const pauseAfter = async (step: Step) => {
    if (step.type === 'end') return;
    state = step.state;
    await pause(gate, step);
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
  { timeLimitMs, waitS, state }: Question,
): Promise<Observation> {
  const work = (given: AbortSignal) => target.ask(given, waitS);
  const spentMs = () => clock.now() - state.askedAtMs;
  const observation = await withTimeLimit(timeLimitMs, clock, signal, work, spentMs);
  return observation === EXPIRED
    ? {
        reason: 'request-timeout',
        message: `${target.name} gave no complete answer within ${timeLimitMs} ms`,
      }
    : observation;
}

async function pause({ limits, clock, signal, onEvent }: Gate, { events, pauseMs }: Pause): Promise<void> {
  for (const event of events) {
    notifyListener(onEvent, event);
    signal?.throwIfAborted();
  }
  if (pauseMs === 0) return;
  // The listener may have taken its time, and the cap does not wait for it.
  const sleepMs = Math.min(pauseMs, Math.max(0, limits.maxWaitMs - clock.now()));
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
