import type { InFlightCount } from '../deployment.ts';
import { cordonResult } from './gate-cordon.ts';
import type { Unavailable } from './observation.ts';
import type { GateEvent, QuietResult } from './outcome.ts';
import { deadlineMs, type GateState } from './state.ts';

/** What a decision comes to: the gate's end, or what it does before it asks again. */
export type Step = End | Pause;

/** The gate reports the events, and ends with this result. */
export interface End {
  readonly type: 'end';
  readonly events: readonly GateEvent[];
  readonly result: QuietResult;
  /** From which its lease can be renewed, and its zero proved again. */
  readonly state: GateState;
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
  | { readonly type: 'waiting'; readonly held: boolean }
  | { readonly type: 'settling' | 'cordoned' | 'lifted' }
  | { readonly type: 'uncordoned' | 'left'; readonly message: string }
  | ({
      readonly type: 'retrying';
      readonly about: 'count' | 'cordon';
      readonly failedTries: number;
    } & Failure)
  | ({ readonly type: 'unavailable' } & Failure);

/** How a gate ends, before the facts that every result has. */
export type Outcome =
  { outcome: 'quiet' | 'timed-out' } | ({ outcome: 'failed-open'; cause?: unknown } & Failure);

type Failure = Pick<Unavailable, 'reason' | 'message' | 'status'>;

/** Ends the gate. */
export function end(outcome: Outcome, state: GateState, now: number): End {
  const { polls, lastCount, cordon } = state;
  const { redirectedTo, unknown } = lastCount ?? {};
  const more = {
    ...(redirectedTo === undefined ? {} : { redirectedTo }),
    ...(unknown === undefined ? {} : { unknown }),
    ...(cordon === undefined ? {} : { cordon: cordonResult(cordon, now) }),
  };
  return {
    type: 'end',
    events: [],
    result: { ...outcome, polls, elapsedMs: now, ...lastSeen(state), ...more },
    state: { ...state, pending: undefined },
  };
}

/** Pauses, but never past the deadline, and reports why. */
export function pause(occasion: Occasion & { readonly forMs: number }, state: GateState, now: number): Pause {
  const { forMs, ...reason } = occasion;
  const pauseMs = Math.max(0, Math.min(forMs, deadlineMs(state) - now));
  return { type: 'pause', events: [report(reason, state, now, pauseMs)], pauseMs, state };
}

/** Asks again at once. */
export function askAgain(state: GateState): Pause {
  return { type: 'pause', events: [], pauseMs: 0, state };
}

/** How long to pause before polling again because a zero does not count: an interval after the gate last did so. */
export function restBeforeAgainMs({ polledAgainAtMs, limits }: GateState, now: number): number {
  return polledAgainAtMs === undefined ? 0 : Math.max(0, polledAgainAtMs + limits.intervalMs - now);
}

/** The same step, with something to report before. */
export function after<S extends Step>(events: readonly GateEvent[], step: S): S {
  return { ...step, events: [...events, ...step.events] };
}

/** An event; every one has these facts. */
export function report(occasion: Occasion, state: GateState, now: number, nextInMs = 0): GateEvent {
  return { ...occasion, poll: state.polls, elapsedMs: now, nextInMs, ...lastSeen(state) };
}

/** What a failure says of itself in an event or a result. */
export function failure({ reason, message, status }: Unavailable): Failure {
  return { reason, message, ...(status === undefined ? {} : { status }) };
}

/** A copy: whoever gets a count may do with it what they like. */
function lastSeen({ lastCount }: GateState): { lastSeen?: InFlightCount } {
  if (lastCount === undefined) return {};
  const { count, ids } = lastCount.inFlight;
  return { lastSeen: { count, ids: [...ids] } };
}
