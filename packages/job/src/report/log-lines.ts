import type { GateEvent } from '@quietgate/core';
import { formatDuration } from '../text/format-duration.ts';
import { describeCordonNews } from './describe-cordon.ts';
import { describeProgress } from './describe-progress.ts';
import { type CordonNews, newsAfter, NO_PROGRESS, type PollEvent, type Progress } from './progress.ts';
import { named, type Terms, withCordon } from './terms.ts';

/*
 * Every line of the log has one form, behind the time that its writer puts first: what, how long (in brackets), and behind
 * a semicolon what comes next.
 */

/** What the log has said last of one server. */
export interface LogState {
  readonly text: string;
  readonly type?: GateEvent['type'] | undefined;
  readonly atMs: number;
  readonly cordonNews?: CordonNews | undefined;
}

/** How long the log may say nothing: CI systems and people read longer silence as a hang. */
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
  const news = newsAfter(before.cordonNews, progress);
  if (news !== undefined) {
    const { elapsedMs, type } = news;
    const what = describeCordonNews(news, withCordon(terms));
    return {
      state: { ...before, cordonNews: news, atMs: elapsedMs },
      line: lineOf(terms, what, elapsedMs, type === 'retrying' ? news : undefined),
    };
  }
  const { held } = progress;
  const event = held === undefined ? progress.event : undefined;
  const { elapsedMs } = held ?? event ?? { elapsedMs: 0 };
  const text = describeProgress(progress, terms);
  // While the endpoint is known to be unavailable, the retries of each check are not news.
  const isKnown = text === before.text || (event?.type === 'retrying' && before.type === 'unavailable');
  if (isKnown && elapsedMs - before.atMs < HEARTBEAT_MS) return { state: before };
  return {
    state: { ...before, text, type: event?.type, atMs: elapsedMs },
    line: lineOf(terms, text, elapsedMs, event),
  };
}

/** The line for when nothing has been said for `HEARTBEAT_MS`, as in a long pause. */
export function heartbeatLine(
  before: LogState,
  elapsedMs: number,
  terms: Terms,
): { state: LogState; line: string } {
  return { state: { ...before, atMs: elapsedMs }, line: lineOf(terms, before.text, elapsedMs) };
}

function lineOf(terms: Terms, what: string, elapsedMs: number, event?: PollEvent): string {
  const next = event === undefined ? '' : `; ${describeNext(event, terms)}`;
  return `${named(terms, what)} (waited ${formatDuration(elapsedMs)} of ${terms.maxWait})${next}`;
}

/** What comes next, on one line: a verb first. */
function describeNext(event: PollEvent, { interval }: Terms): string {
  switch (event.type) {
    case 'retrying':
      return `retrying in ${formatDuration(event.nextInMs)}`;
    case 'waiting':
      return event.held
        ? `the server responds once it is quiet, next check in ${interval} at the latest`
        : nextCheck(event.nextInMs);
    case 'unavailable':
      return `waiting anyway, ${nextCheck(event.nextInMs)}`;
    case 'settling':
      return nextCheck(event.nextInMs);
  }
}

function nextCheck(nextInMs: number): string {
  return nextInMs === 0 ? 'checking again' : `next check in ${formatDuration(nextInMs)}`;
}
