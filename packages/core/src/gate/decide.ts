import type { InFlightCount } from '../deployment.ts';
import type { GateLimits } from './limits.ts';
import type { Observation, Unavailable } from './observation.ts';
import type { GateEvent, QuietResult } from './outcome.ts';
import { toMicrosecond } from './to-microsecond.ts';

/** What the gate remembers. All times are milliseconds since its start. */
export interface GateState {
  /** Polls started so far. */
  readonly polls: number;
  readonly lastSeen?: InFlightCount;
  /** When the count was first seen at zero; absent unless it has stayed there. */
  readonly zeroSinceMs?: number;
}

/** What to do next: end, or tell the event, pause for its `nextInMs` and poll again. */
export type Step =
  | { readonly type: 'end'; readonly result: QuietResult }
  | { readonly type: 'pause'; readonly event: GateEvent; readonly state: GateState };

/** The pause before the first retry of a poll; each later one is twice as long. */
const FIRST_RETRY_DELAY_MS = 1000;

/** Decides what a finished poll means for the deploy. */
export function decide(
  before: GateState,
  observation: Observation,
  elapsedMs: number,
  limits: GateLimits,
): Step {
  const state = remember(before, observation, elapsedMs);
  const end = (result: QuietResult): Step => ({ type: 'end', result });
  const pause = (occasion: Occasion, pauseMs: number): Step => ({
    type: 'pause',
    event: eventBefore(pauseMs, occasion, state, elapsedMs, limits),
    state,
  });

  if (elapsedMs >= limits.maxWaitMs) return end(timedOut(state, elapsedMs));

  if (observation.reason !== undefined) {
    return limits.onUnavailable === 'wait'
      ? pause({ type: 'unavailable', ...failure(observation) }, limits.intervalMs)
      : end(failedOpen(observation, state, elapsedMs));
  }

  if (observation.inFlight.count > 0) return pause({ type: 'waiting' }, limits.intervalMs);

  const zeroForMs = elapsedMs - (state.zeroSinceMs ?? elapsedMs);
  const unsettledMs = toMicrosecond(limits.quietForMs - zeroForMs);
  return unsettledMs > 0
    ? pause({ type: 'settling' }, Math.min(limits.intervalMs, unsettledMs))
    : end({ outcome: 'quiet', ...summary(state, elapsedMs) });
}

/** Plans the pause before a poll is tried again, after its try number `attempt` (from 1) failed. */
export function planRetry(
  state: GateState,
  failed: Unavailable,
  attempt: number,
  elapsedMs: number,
  limits: GateLimits,
): GateEvent {
  const pauseMs =
    failed.retryAfterMs === undefined
      ? FIRST_RETRY_DELAY_MS * 2 ** (attempt - 1)
      : Math.min(failed.retryAfterMs, limits.intervalMs);
  return eventBefore(pauseMs, { type: 'retrying', ...failure(failed) }, state, elapsedMs, limits);
}

/** The result when the cap is reached, whatever was under way. */
export function timedOut(state: GateState, elapsedMs: number): QuietResult {
  return { outcome: 'timed-out', ...summary(state, elapsedMs) };
}

function failedOpen(failed: Unavailable, state: GateState, elapsedMs: number): QuietResult {
  const cause = failed.cause === undefined ? {} : { cause: failed.cause };
  return { outcome: 'failed-open', ...failure(failed), ...cause, ...summary(state, elapsedMs) };
}

function remember(before: GateState, observation: Observation, elapsedMs: number): GateState {
  const { polls } = before;
  if (observation.reason !== undefined) {
    return { polls, ...lastSeen(before) };
  }
  const { inFlight } = observation;
  return inFlight.count > 0
    ? { polls, lastSeen: inFlight }
    : { polls, lastSeen: inFlight, zeroSinceMs: before.zeroSinceMs ?? elapsedMs };
}

type Occasion =
  | { readonly type: 'waiting' | 'settling' }
  | ({ readonly type: 'retrying' | 'unavailable' } & ReturnType<typeof failure>);

function eventBefore(
  pauseMs: number,
  occasion: Occasion,
  state: GateState,
  elapsedMs: number,
  limits: GateLimits,
): GateEvent {
  const nextInMs = Math.min(pauseMs, limits.maxWaitMs - elapsedMs);
  return { ...occasion, poll: state.polls, elapsedMs, nextInMs, ...lastSeen(state) };
}

function summary(state: GateState, elapsedMs: number) {
  return { polls: state.polls, elapsedMs, ...lastSeen(state) };
}

function failure({ reason, message, status }: Unavailable) {
  return { reason, message, ...(status === undefined ? {} : { status }) };
}

/** A copy: whoever is told of a count may do with it what they like. */
function lastSeen(state: GateState): Pick<GateState, 'lastSeen'> {
  if (state.lastSeen === undefined) return {};
  const { count, ids } = state.lastSeen;
  return { lastSeen: { count, ids: [...ids] } };
}
