import type { GateEvent } from '@quietgate/core';
import type { Plan } from '../args/plan.ts';
import { exactDuration, formatDuration } from '../text/format-duration.ts';
import { describeEvent } from './wording.ts';

/** What the log has shown last. */
export interface LogState {
  readonly event?: GateEvent;
  readonly shown?: string;
  readonly shownAtMs: number;
}

/** How long the log may say nothing: CI systems and people take longer silence for a hang. */
export const HEARTBEAT_MS = 60_000;

/** The log's first line. */
export function startLine({
  url,
  intervalMs,
  maxWaitMs,
}: Pick<Plan, 'url' | 'intervalMs' | 'maxWaitMs'>): string {
  return `asking ${withoutSecrets(url)} every ${exactDuration(intervalMs)}, for ${exactDuration(maxWaitMs)} at most`;
}

/** A line for an event that says something new, or for the heartbeat. */
export function eventLine(
  before: LogState,
  event: GateEvent,
  { maxWaitMs }: Pick<Plan, 'maxWaitMs'>,
): { state: LogState; line?: string } {
  const said = describeEvent(event);
  if (said === before.shown && event.elapsedMs - before.shownAtMs < HEARTBEAT_MS) {
    return { state: { ...before, event } };
  }
  const waited = `waited ${formatDuration(event.elapsedMs)} of ${exactDuration(maxWaitMs)}`;
  const state = { event, shown: said, shownAtMs: event.elapsedMs };
  return { state, line: `${said} (${waited}, next try in ${formatDuration(event.nextInMs)})` };
}

/** A line when nothing has been said for too long, as in a long pause. */
export function heartbeatLine(
  before: LogState,
  elapsedMs: number,
  { maxWaitMs }: Pick<Plan, 'maxWaitMs'>,
): { state: LogState; line?: string } {
  if (elapsedMs - before.shownAtMs < HEARTBEAT_MS) return { state: before };
  const waited = `waited ${formatDuration(elapsedMs)} of ${exactDuration(maxWaitMs)}`;
  return {
    state: { ...before, shownAtMs: elapsedMs },
    line: `${before.shown ?? 'no answer yet'} (${waited})`,
  };
}

/** A URL for the log: a query may hold a token. */
export function withoutSecrets(url: string): string {
  const { origin, pathname } = new URL(url);
  return pathname === '/' ? origin : origin + pathname;
}
