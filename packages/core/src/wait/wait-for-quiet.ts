import pRetry from 'p-retry';
import type { GateState } from '../gate/decide.ts';
import { decide, planRetry, timedOut } from '../gate/decide.ts';
import type { Observation, Unavailable } from '../gate/observation.ts';
import { isTransient } from '../gate/observation.ts';
import type { GateEvent, QuietResult } from '../gate/outcome.ts';
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

async function holdDeploy(gate: Gate, stop: AbortSignal): Promise<QuietResult> {
  const { limits, clock } = gate;
  const startedAt = clock.now();
  const elapsed = () => clock.now() - startedAt;

  let state: GateState = { polls: 0 };
  while (elapsed() < limits.maxWaitMs) {
    state = { ...state, polls: state.polls + 1 };
    const observation = await poll(gate, state, elapsed, stop);
    const step = decide(state, observation, elapsed(), limits);
    if (step.type === 'end') return step.result;
    state = step.state;
    await pause(gate, step.event, stop);
  }
  return timedOut(state, elapsed());
}

/** One poll: tries, and tries again for as long as the failure may pass, there are retries left, and there is time. */
async function poll(
  gate: Gate,
  state: GateState,
  elapsed: () => number,
  stop: AbortSignal,
): Promise<Observation> {
  const { limits } = gate;
  const hasTime = () => elapsed() < limits.maxWaitMs;

  const attempt = async () => {
    const observation = await observe(
      gate,
      Math.min(limits.requestTimeoutMs, limits.maxWaitMs - elapsed()),
      stop,
    );
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
        await pause(gate, planRetry(state, error.observation, attemptNumber, elapsed(), limits), stop);
      },
    });
  } catch (error) {
    if (error instanceof FailedTry) return error.observation;
    throw error;
  }
}

async function observe({ target, clock }: Gate, limitMs: number, stop: AbortSignal): Promise<Observation> {
  // The clock may have reached the cap since there was still time.
  const observation = limitMs > 0 ? await within(limitMs, clock, stop, target.ask) : EXPIRED;
  return observation === EXPIRED
    ? {
        reason: 'request-timeout',
        message: `${target.name} gave no complete answer within ${limitMs} ms`,
      }
    : observation;
}

async function pause({ clock, signal, onEvent }: Gate, event: GateEvent, stop: AbortSignal): Promise<void> {
  const { nextInMs } = event;
  tell(onEvent, event);
  stop.throwIfAborted();
  await (signal === undefined ? clock.sleep(nextInMs) : within(nextInMs, clock, stop, nothing));
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
