import type { GateEvent } from '@quietgate/core';
import { formatDuration } from '../text/format-duration.ts';
import { describeProgress } from './describe-progress.ts';
import { describeCordonEvent } from './describe-cordon.ts';
import { type CordonEvent, NO_PROGRESS, type Progress } from './progress.ts';
import type { Terms } from './terms.ts';

/** What the log has said last. */
export interface LogState {
  readonly text: string;
  readonly type?: GateEvent['type'] | undefined;
  readonly atMs: number;
  readonly cordonEvent?: CordonEvent | undefined;
}

/** How long the log may say nothing: CI systems and people take longer silence for a hang. */
export const HEARTBEAT_MS = 60_000;

/** The log before its first line of progress. */
export function beginLog(terms: Terms): LogState {
  return { text: describeProgress(NO_PROGRESS, terms), atMs: 0 };
}

/** The log's first line: what is asked, and every option that changes the outcome. */
export function startLine({ url, interval, maxWait, options }: Terms): string {
  const rest = options.length === 0 ? '' : ` (${options.join(', ')})`;
  return `asking ${url} every ${interval}, for ${maxWait} at most${rest}`;
}

/** A line for progress that is news, or for the heartbeat. */
export function progressLine(
  before: LogState,
  progress: Progress,
  terms: Terms,
): { state: LogState; line?: string } {
  const { cordonEvent } = progress;
  if (cordonEvent !== undefined && cordonEvent !== before.cordonEvent) {
    const line = `${describeCordonEvent(cordonEvent, terms)} (${waited(cordonEvent.elapsedMs, terms)})`;
    return { state: { ...before, cordonEvent, atMs: cordonEvent.elapsedMs }, line };
  }
  const { elapsedMs = 0, nextInMs = 0, type } = progress.event ?? {};
  const text = describeProgress(progress, terms);
  // While the endpoint is known to be unavailable, the retries of each poll are not news.
  const isKnown = text === before.text || (type === 'retrying' && before.type === 'unavailable');
  if (isKnown && elapsedMs - before.atMs < HEARTBEAT_MS) return { state: before };
  const next =
    progress.isHeldNext === true
      ? `the server answers once it is quiet, next try in ${formatDuration(nextInMs + terms.intervalMs)} at the latest`
      : `next try in ${formatDuration(nextInMs)}`;
  return {
    state: { ...before, text, type, atMs: elapsedMs },
    line: `${text} (${waited(elapsedMs, terms)}, ${next})`,
  };
}

/** The line for when nothing has been said for `HEARTBEAT_MS`, as in a long pause. */
export function heartbeatLine(
  before: LogState,
  elapsedMs: number,
  terms: Terms,
): { state: LogState; line: string } {
  return {
    state: { ...before, atMs: elapsedMs },
    line: `${before.text} (${waited(elapsedMs, terms)})`,
  };
}

function waited(elapsedMs: number, { maxWait }: Terms): string {
  return `waited ${formatDuration(elapsedMs)} of ${maxWait}`;
}
