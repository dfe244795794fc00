import type { InFlightCount } from '../deployment.ts';
import { cordonState } from './cordon-state.ts';
import type { GateLimits } from './limits.ts';
import type { Unavailable } from './observation.ts';
import type { GateEvent, QuietResult } from './outcome.ts';
import type { GateState } from './state.ts';

/** What a decision comes out at: the gate's end, or what it does before it asks again. */
export type Step = End | Pause;

/** The gate reports the events, and ends with this result. */
export interface End {
  readonly type: 'end';
  readonly events: readonly GateEvent[];
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

/** What an event is about, before the facts that every one has. */
export type Occasion =
  | { readonly type: 'waiting' | 'settling' | 'cordoned' }
  | { readonly type: 'uncordoned'; readonly message: string }
  | ({ readonly type: 'retrying' | 'unavailable' } & Failure);

type Failure = Pick<Unavailable, 'reason' | 'message' | 'status'>;

/** Ends the gate; every result has these facts. */
export function end(
  outcome: { outcome: 'quiet' | 'timed-out' } | ({ outcome: 'failed-open'; cause?: unknown } & Failure),
  state: GateState,
  elapsedMs: number,
  events: readonly GateEvent[] = [],
): End {
  const { polls, redirectedTo, cordon } = state;
  const more = {
    ...(redirectedTo === undefined ? {} : { redirectedTo }),
    ...(cordon === undefined ? {} : { cordon: cordonState(cordon, elapsedMs) }),
  };
  return { type: 'end', events, result: { ...outcome, polls, elapsedMs, ...lastSeen(state), ...more } };
}

/** Pauses, but never past the cap, and reports why. */
export function pause(
  occasion: Occasion,
  wantedMs: number,
  state: GateState,
  elapsedMs: number,
  { maxWaitMs }: Pick<GateLimits, 'maxWaitMs'>,
  events: readonly GateEvent[] = [],
): Pause {
  const pauseMs = Math.max(0, Math.min(wantedMs, maxWaitMs - elapsedMs));
  return { type: 'pause', events: [...events, report(occasion, state, elapsedMs, pauseMs)], pauseMs, state };
}

/** Asks again at once. */
export function askAgain(state: GateState, events: readonly GateEvent[] = []): Pause {
  return { type: 'pause', events, pauseMs: 0, state };
}

/** An event; every one has these facts. */
export function report(occasion: Occasion, state: GateState, elapsedMs: number, nextInMs = 0): GateEvent {
  return { ...occasion, poll: state.polls, elapsedMs, nextInMs, ...lastSeen(state) };
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
