import type { GateEvent, InFlightCount } from '@quietgate/core';
import type { JobResult } from './job-result.ts';

/** What the gate reports of its cordon: whether it is up, or that a raise or a renewal is tried again. */
export type CordonNews =
  | Extract<GateEvent, { type: 'cordoned' | 'uncordoned' | 'lifted' | 'left' }>
  | (Extract<GateEvent, { type: 'retrying' }> & { readonly about: 'cordon' });

/** What the gate reports of its polls. */
export type PollEvent = Waiting | Extract<GateEvent, { type: 'settling' | 'retrying' | 'unavailable' }>;

/** Whoever waits for a count to fall has read it. */
type Waiting = Extract<GateEvent, { type: 'waiting' }> & { readonly lastSeen: InFlightCount };

/** What a gate has reported so far, as much of it as its users hear of. */
export interface Progress {
  /** The last event of a poll; absent before the first. */
  readonly event?: PollEvent;
  /** The last event of the cordon; absent before the first. */
  readonly cordonNews?: CordonNews;
  /** Since when the cordon is up, as far as is known, in milliseconds from the start; absent while it is not. */
  readonly cordonedAtMs?: number | undefined;
  /** For how long it was up before that, in milliseconds; absent while it has never come down. */
  readonly cordonedForMs?: number;
  /** It came down by itself, and that may have been any time since it was last renewed. */
  readonly isInterrupted?: boolean;
  /** When a lease was last granted or renewed while its gate was held, in milliseconds from the start. */
  readonly renewedAtMs?: number;
  /** How its gate has ended, where it waits for those of other servers. */
  readonly held?: Pick<JobResult, 'outcome' | 'elapsedMs'> | undefined;
  /** When the last count came, in milliseconds from the start; absent when there was none. */
  readonly countedAtMs?: number;
  /** At the end, whether a server has heard of the newest request; where none has, no server was slow. */
  readonly hasReachedServer?: boolean;
  /** At the end, what to do about the failure of the newest request, where that is not what helps against most. */
  readonly remedy?: string | undefined;
}

export const NO_PROGRESS: Progress = {};

/** The news of the cordon, unless it has been heard. */
export function newsAfter(heard: CordonNews | undefined, { cordonNews }: Progress): CordonNews | undefined {
  return cordonNews === heard ? undefined : cordonNews;
}

/** Adds what the gate reports now. */
export function nextProgress(before: Progress, event: GateEvent): Progress {
  switch (event.type) {
    case 'cordoned':
      return { ...before, cordonNews: event, cordonedAtMs: before.cordonedAtMs ?? event.elapsedMs };
    case 'uncordoned':
      return {
        ...cordonDown(before, event.elapsedMs),
        cordonNews: event,
        isInterrupted: before.isInterrupted === true || before.cordonedAtMs !== undefined,
      };
    case 'lifted':
      return { ...cordonDown(before, event.elapsedMs), cordonNews: event };
    case 'left':
      return { ...before, cordonNews: event, cordonedAtMs: undefined };
    case 'retrying':
      return event.about === 'cordon'
        ? { ...before, cordonNews: { ...event, about: 'cordon' } }
        : { ...before, event };
    case 'unavailable':
      return { ...before, event };
    case 'waiting':
    case 'settling':
      return { ...before, event: event as PollEvent, countedAtMs: event.elapsedMs };
  }
}

/** The failure that kept a gate from a count at last, if one did. */
export function failureAtEnd(
  { lastSeen }: JobResult,
  { event, countedAtMs }: Progress,
): Extract<PollEvent, { reason: unknown }> | undefined {
  // A zero that ended the gate is in no event; what failed before it has passed.
  const hasPassed = lastSeen !== undefined && countedAtMs === undefined;
  return event !== undefined && 'reason' in event && !hasPassed ? event : undefined;
}

function cordonDown(before: Progress, elapsedMs: number): Progress {
  const { cordonedAtMs, cordonedForMs = 0 } = before;
  return cordonedAtMs === undefined
    ? before
    : { ...before, cordonedAtMs: undefined, cordonedForMs: cordonedForMs + elapsedMs - cordonedAtMs };
}
