import pRetry from 'p-retry';
import type { GateState } from '../gate/decide.ts';
import { decide, planRetry, timedOut } from '../gate/decide.ts';
import type { Observation, Unavailable } from '../gate/observation.ts';
import { isTransient } from '../gate/observation.ts';
import type { GateEvent, QuietResult } from '../gate/outcome.ts';
import { toMicrosecond } from '../gate/to-microsecond.ts';
import type { Clock } from './clock.ts';
import type { Gate, WaitForQuietOptions } from './options.ts';
import { resolveOptions } from './options.ts';
import { EXPIRED, within } from './within.ts';

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
  const gate = resolveOptions(options);
  const { signal } = gate;
  if (signal === undefined) return holdDeploy(gate, new AbortController().signal);

  signal.throwIfAborted();
  const stop = new AbortController();
  let abort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => {
      reject(signal.reason);
      stop.abort(signal.reason);
    };
    signal.addEventListener('abort', abort);
  });
  try {
    return await Promise.race([holdDeploy(gate, stop.signal), aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function holdDeploy(options: Gate, stop: AbortSignal): Promise<QuietResult> {
  const { limits } = options;
  const clock = fromZero(options.clock);
  const gate = { ...options, clock };

  let state: GateState = { polls: 0 };
  while (clock.now() < limits.maxWaitMs) {
    state = { ...state, polls: state.polls + 1 };
    const observation = await poll(gate, state, stop);
    const step = decide(state, observation, clock.now(), limits);
    if (step.type === 'end') return step.result;
    state = step.state;
    await pause(gate, step.event, stop);
  }
  return timedOut(state, clock.now());
}

/** The same time, but since now: what such a clock says is how long the gate has held the deploy. */
function fromZero(clock: Clock): Clock {
  const startedAt = clock.now();
  return {
    now: () => toMicrosecond(clock.now() - startedAt),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  };
}

/** One poll: tries, and tries again for as long as the failure may pass, there are retries left, and there is time. */
async function poll(gate: Gate, state: GateState, stop: AbortSignal): Promise<Observation> {
  const { limits, clock } = gate;
  const hasTime = () => clock.now() < limits.maxWaitMs;

  const attempt = async () => {
    const observation = await observe(gate, stop);
    if (isTransient(observation)) throw new FailedTry(observation);
    return observation;
  };

  try {
    return await pRetry(attempt, {
      retries: limits.retries,
      minTimeout: 0, // every pause is made below, on the gate's clock
      shouldRetry: hasTime,
      onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
        if (!(error instanceof FailedTry)) throw error;
        if (retriesLeft === 0 || !hasTime()) return;
        await pause(gate, planRetry(state, error.observation, attemptNumber, clock.now(), limits), stop);
      },
    });
  } catch (error) {
    if (error instanceof FailedTry) return error.observation;
    throw error;
  }
}

async function observe({ target, limits, clock }: Gate, stop: AbortSignal): Promise<Observation> {
  const begunAt = clock.now();
  const limitMs = Math.min(limits.requestTimeoutMs, limits.maxWaitMs - begunAt);
  const spentMs = () => clock.now() - begunAt;
  // The clock may have reached the cap since there was still time.
  const observation = limitMs > 0 ? await within(limitMs, clock, stop, target.ask, spentMs) : EXPIRED;
  return observation === EXPIRED
    ? {
        reason: 'request-timeout',
        message: `${target.name} gave no complete answer within ${limitMs} ms`,
      }
    : observation;
}

async function pause(
  { limits, clock, signal, onEvent }: Gate,
  event: GateEvent,
  stop: AbortSignal,
): Promise<void> {
  const { nextInMs } = event;
  tell(onEvent, event);
  stop.throwIfAborted();
  // The listener may have taken its time, and the cap does not wait for it.
  const sleepMs = Math.min(nextInMs, Math.max(0, limits.maxWaitMs - clock.now()));
  await (signal === undefined ? clock.sleep(sleepMs) : within(sleepMs, clock, stop, nothing));
}

/** Never comes: what a pause waits for, so that its sleep gets a signal of its own, for a clock to leave listeners on. */
function nothing(): Promise<never> {
  return new Promise(() => undefined);
}

/** Tells a listener that must not disturb the gate, be it with what it throws or with what it rejects. */
function tell(onEvent: Gate['onEvent'], event: GateEvent): void {
  new Promise((resolve) => {
    resolve(onEvent(event));
  }).catch(() => undefined);
}

/** Carries a failure that may pass through p-retry, which looks at errors only, and not kindly at a TypeError. */
class FailedTry extends Error {
  readonly observation: Unavailable;

  constructor(observation: Unavailable) {
    super(observation.message);
    this.observation = observation;
  }
}
