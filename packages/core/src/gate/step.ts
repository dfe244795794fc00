import type { InFlightCount } from '../deployment.ts';
import type { GateLimits } from './limits.ts';
import type { Unavailable } from './observation.ts';
import type { GateEvent, QuietResult } from './outcome.ts';
import type { GateState } from './state.ts';

/** What a decision comes out at: the gate's end, or what it does before it asks again. */
export type Step = End | Pause;

/** The gate ends with this result. */
export interface End {
  readonly type: 'end';
  readonly result: QuietResult;
}

/** The gate reports the events, sleeps, and asks again. */
export interface Pause {
  readonly type: 'pause';
  readonly events: readonly GateEvent[];
  /** How long it sleeps, in milliseconds; 0 for not at all. */
  readonly pauseMs: number;
  readonly state: GateState;
}

/** Why a pause is made, before the facts that every event has. */
export type Occasion =
  { readonly type: 'waiting' | 'settling' } | ({ readonly type: 'retrying' | 'unavailable' } & Failure);

type Failure = Pick<Unavailable, 'reason' | 'message' | 'status'>;

/** Ends the gate; every result has these facts. */
export function end(
  outcome: { outcome: 'quiet' | 'timed-out' } | ({ outcome: 'failed-open'; cause?: unknown } & Failure),
  state: GateState,
  elapsedMs: number,
): End {
  const { polls, redirectedTo } = state;
  const redirection = redirectedTo === undefined ? {} : { redirectedTo };
  return { type: 'end', result: { ...outcome, polls, elapsedMs, ...lastSeen(state), ...redirection } };
}

/** Pauses, but never past the cap, and reports why. */
export function pause(
  occasion: Occasion,
  wantedMs: number,
  state: GateState,
  elapsedMs: number,
  { maxWaitMs }: Pick<GateLimits, 'maxWaitMs'>,
): Pause {
  const pauseMs = Math.min(wantedMs, maxWaitMs - elapsedMs);
  const event = { ...occasion, poll: state.polls, elapsedMs, nextInMs: pauseMs, ...lastSeen(state) };
  return { type: 'pause', events: [event], pauseMs, state };
}

/** Asks again at once, with nothing to report. */
export function askAgain(state: GateState): Pause {
  return { type: 'pause', events: [], pauseMs: 0, state };
}

/** What a failure says of itself in an event or a result. */
export function failure({ reason, message, status }: Unavailable): Failure {
  return { reason, message, ...(status === undefined ? {} : { status }) };
}

/** A copy: whoever gets a count may do with it what they like. */
function lastSeen(state: GateState): { lastSeen?: InFlightCount } {
  if (state.lastSeen === undefined) return {};
  const { count, ids } = state.lastSeen;
  return { lastSeen: { count, ids: [...ids] } };
}
