import type { Plan } from '../plan/plan.ts';
import { exactDuration, formatDuration } from '../text/format-duration.ts';
import { withoutSecrets } from '../text/without-secrets.ts';
import type { Progress } from './progress.ts';
import { describeProgress } from './wording.ts';

/** What the log has told last. */
export interface LogState {
  readonly told: Progress;
  readonly toldAtMs: number;
}

/** How long the log may say nothing: CI systems and people take longer silence for a hang. */
export const HEARTBEAT_MS = 60_000;

/** The log's first line: what is asked, and every option that changes the outcome. */
export function startLine(plan: Plan): string {
  const { url, intervalMs, maxWaitMs, quietForMs, onUnavailable, failOn, proxy } = plan;
  const options = [
    ...(quietForMs > 0 ? [`quiet-for ${exactDuration(quietForMs)}`] : []),
    ...(onUnavailable === 'wait' ? ['on-unavailable wait'] : []),
    ...(failOn.length > 0 ? [`fail-on ${failOn.join(',')}`] : []),
    ...(proxy === undefined ? [] : [`${proxy.name} ${proxy.url.origin}`]),
  ].join(', ');
  return (
    `asking ${withoutSecrets(url)} every ${exactDuration(intervalMs)}, for ${exactDuration(maxWaitMs)} at most` +
    (options === '' ? '' : ` (${options})`)
  );
}

/** A line for progress that is news, or for the heartbeat. */
export function progressLine(
  before: LogState,
  progress: Progress,
  plan: Pick<Plan, 'maxWaitMs' | 'quietForMs' | 'retries'>,
): { state: LogState; line?: string } {
  const { elapsedMs = 0, nextInMs = 0, type } = progress.event ?? {};
  const text = describeProgress(progress, plan);
  // While the endpoint is known to be unavailable, the retries of each poll are not news.
  const isKnown =
    text === describeProgress(before.told, plan) ||
    (type === 'retrying' && before.told.event?.type === 'unavailable');
  if (isKnown && elapsedMs - before.toldAtMs < HEARTBEAT_MS) return { state: before };
  const state = { told: progress, toldAtMs: elapsedMs };
  return { state, line: `${text} (${waited(elapsedMs, plan)}, next try in ${formatDuration(nextInMs)})` };
}

/** The line for when nothing has been said for `HEARTBEAT_MS`, as in a long pause. */
export function heartbeatLine(
  before: LogState,
  elapsedMs: number,
  plan: Pick<Plan, 'maxWaitMs' | 'quietForMs' | 'retries'>,
): { state: LogState; line: string } {
  return {
    state: { ...before, toldAtMs: elapsedMs },
    line: `${describeProgress(before.told, plan)} (${waited(elapsedMs, plan)})`,
  };
}

function waited(elapsedMs: number, { maxWaitMs }: Pick<Plan, 'maxWaitMs'>): string {
  return `waited ${formatDuration(elapsedMs)} of ${exactDuration(maxWaitMs)}`;
}
