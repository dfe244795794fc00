import { formatDuration } from '../text/format-duration.ts';
import { describeCordonNews } from './describe-cordon.ts';
import { describeReceived } from './describe-progress.ts';
import type { CordonNews, Progress } from './progress.ts';
import type { CordonTerms } from './terms.ts';

/** What a restart that ends the leases means: the cordon is down from then until the next renewal. */
const GAP = 'runs may have started in between';

/** The news of a cordon that is lost and up again at the same time, as when a rollout restarts the server, in one line. */
export function describeRestart({ cordon }: CordonTerms): string {
  return `the server has restarted: cordon up again, held by ${cordon.holder}; ${GAP}`;
}

/** What has become of the cordon once its gate has ended, on one line. */
export function describeRollNews(news: CordonNews, before: Progress, terms: CordonTerms): string {
  const { holder } = terms.cordon;
  switch (news.type) {
    case 'cordoned':
      return before.cordonedForMs === undefined
        ? describeCordonNews(news, terms)
        : `cordon up again, held by ${holder}; ${GAP}`;
    case 'uncordoned':
      return `cordon not renewed: new runs may start: ${describeReceived(news.message)}`;
    case 'retrying':
      return `cordon not renewed yet: ${describeReceived(news.message)}`;
    case 'lifted':
      return before.isInterrupted === true && before.cordonedAtMs === undefined
        ? `lease of ${holder} is gone`
        : describeCordonNews(news, terms);
    case 'left':
      return describeCordonNews(news, terms);
  }
}

/**
 * For how long new runs have been blocked; `undefined` where they were not, or where nobody knows. When a cordon came down
 * by itself is not known to the moment.
 */
export function describeBlocked(seen: readonly Progress[], elapsedMs: number): string | undefined {
  const times = seen.flatMap(({ cordonedAtMs = elapsedMs, cordonedForMs = 0 }) => {
    const blockedMs = cordonedForMs + elapsedMs - cordonedAtMs;
    return blockedMs === 0 ? [] : blockedMs;
  });
  if (times.length === 0 || seen.some(({ cordonNews }) => cordonNews?.type === 'left')) return undefined;
  const upTo = seen.some(({ isInterrupted }) => isInterrupted) ? 'up to ' : '';
  return upTo + formatDuration(Math.max(...times));
}

/** What goes on while the command runs, on one line. */
export function describeRoll(seen: readonly Progress[], elapsedMs: number, command: string): string {
  return [...describeUpFor(seen, elapsedMs), `${command} is running`].join('; ');
}

function describeUpFor(seen: readonly Progress[], elapsedMs: number): string[] {
  const since = seen.flatMap(({ cordonedAtMs }) => cordonedAtMs ?? []);
  if (since.length === 0) return seen.some(({ cordonNews }) => cordonNews) ? ['cordon not up'] : [];
  const where = since.length === seen.length ? '' : ` on ${since.length} of ${seen.length} servers`;
  const renewedAtMs = Math.max(...seen.map((each) => each.renewedAtMs ?? -Infinity));
  const renewed = renewedAtMs < 0 ? '' : `, renewed ${formatDuration(elapsedMs - renewedAtMs)} ago`;
  return [`cordon up${where} for ${formatDuration(elapsedMs - Math.min(...since))}${renewed}`];
}

/** How a roll went: how long the deploy waited, and how long new runs were blocked for it. */
export interface RollEnd {
  /** The command's name. */
  readonly command: string;
  readonly seen: readonly Progress[];
  /** From the start to when the command was started. */
  readonly waitedMs: number;
  /** Whether every server was quiet then. */
  readonly isQuiet: boolean;
  /** For how long the command ran. */
  readonly ranMs: number;
  /** From the start to the end of everything. */
  readonly elapsedMs: number;
  /** The command's exit status. */
  readonly status: number;
  /** Whose leases were kept, if they were, and until when they block new runs at the latest. */
  readonly kept: { readonly holder: string; readonly until: string } | undefined;
}

/** The last line after a command, which sums the deploy up. */
export function describeRollEnd(end: RollEnd): string {
  const { seen, command, waitedMs, isQuiet, ranMs, elapsedMs, status, kept } = end;
  const waited = formatDuration(waitedMs) + (isQuiet ? ' for quiet' : '');
  const ran = `${command} exited with ${status}: waited ${waited}, ran for ${formatDuration(ranMs)}`;
  if (kept !== undefined && seen.some(({ cordonedAtMs }) => cordonedAtMs !== undefined)) {
    return `${ran}; the lease of ${kept.holder} is kept: new runs are blocked until ${kept.until} at the latest`;
  }
  const blocked = describeBlocked(seen, elapsedMs);
  return blocked === undefined ? ran : `${ran}, blocked new runs for ${blocked}`;
}
