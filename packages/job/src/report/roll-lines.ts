import { formatDuration } from '../text/format-duration.ts';
import type { Progress } from './progress.ts';

/** For how long new runs have been blocked: since the first cordon came up; `undefined` where none did. */
function cordonedForMs(seen: readonly Progress[], elapsedMs: number): number | undefined {
  const since = seen.flatMap(({ cordonedAtMs }) => cordonedAtMs ?? []);
  return since.length === 0 ? undefined : elapsedMs - Math.min(...since);
}

/** What goes on while the command runs, on one line. */
export function describeRoll(seen: readonly Progress[], elapsedMs: number, command: string): string {
  const upMs = cordonedForMs(seen, elapsedMs);
  const renewedAtMs = Math.max(...seen.map((each) => each.renewedAtMs ?? -Infinity));
  const renewed = renewedAtMs < 0 ? '' : `, renewed ${formatDuration(elapsedMs - renewedAtMs)} ago`;
  const cordon = upMs === undefined ? '' : `cordon up for ${formatDuration(upMs)}${renewed}; `;
  return `${cordon}${command} is running`;
}

/** How a roll went: how long the deploy waited, and how long new runs were blocked for it. */
export interface RollEnd {
  readonly seen: readonly Progress[];
  /** From the start to when the command was started. */
  readonly waitedMs: number;
  /** From the start to the end of everything. */
  readonly elapsedMs: number;
  /** The command's exit status. */
  readonly status: number;
}

/** The last line after a command, which sums the deploy up. */
export function describeRollEnd({ seen, waitedMs, elapsedMs, status }: RollEnd, command: string): string {
  const upMs = cordonedForMs(seen, elapsedMs);
  const blocked = upMs === undefined ? '' : `, blocked new runs for ${formatDuration(upMs)}`;
  const waited = formatDuration(waitedMs);
  return `${command} exited with ${status}: waited ${waited} for quiet, ran for ${formatDuration(elapsedMs - waitedMs)}${blocked}`;
}
