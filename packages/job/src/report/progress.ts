import type { GateEvent } from '@quietgate/core';

/** What the gate reports of its cordon: how it stands, or that a raise or a renewal is tried again. */
export type CordonEvent =
  Extract<GateEvent, { type: 'cordoned' | 'uncordoned' }> | (PollEvent & { readonly type: 'retrying' });

/** What the gate reports of its polls. */
export type PollEvent = Exclude<GateEvent, { type: 'cordoned' | 'uncordoned' | 'lifted' | 'left' }>;

/** What the gate has reported so far, as much of it as its users hear of. */
export interface Progress {
  /** The last event of a poll; absent before the first. */
  readonly event?: PollEvent;
  /** The last event of the cordon; absent before the first. */
  readonly cordonEvent?: CordonEvent;
  /** How many tries of the last poll have failed. */
  readonly failedTries: number;
  /** When the last count came, in milliseconds from the start; absent when there was none. */
  readonly countedAtMs?: number;
  /** Whether the next request is a long poll, which the server holds until it is quiet, for an interval at most. */
  readonly isHeldNext?: boolean;
  /** At the end, whether a server has heard of the newest request; where none has, no server was slow. */
  readonly hasReachedServer?: boolean;
  /** At the end, what to do about the failure of the newest request, where that is not what helps against most. */
  readonly remedy?: string | undefined;
}

export const NO_PROGRESS: Progress = { failedTries: 0 };

/** Adds what the gate reports now. */
export function nextProgress(before: Progress, event: GateEvent, intervalMs: number): Progress {
  if (event.type === 'lifted' || event.type === 'left') return before;
  if (isOfCordon(event)) return { ...before, cordonEvent: event };
  if (!('reason' in event)) {
    const { elapsedMs: countedAtMs, nextInMs, type } = event;
    // The first long poll follows at once; the next one an interval after it began.
    const isHeldNext =
      type === 'waiting' && (nextInMs === 0 || (before.isHeldNext === true && nextInMs < intervalMs));
    return { ...before, event, failedTries: 0, countedAtMs, isHeldNext };
  }
  const failedTries = before.event?.poll === event.poll ? before.failedTries + 1 : 1;
  return { ...before, event, failedTries, isHeldNext: false };
}

function isOfCordon(event: PollEvent | CordonEvent): event is CordonEvent {
  return (
    event.type === 'cordoned' ||
    event.type === 'uncordoned' ||
    (event.type === 'retrying' && event.about === 'cordon')
  );
}
