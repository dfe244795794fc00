import type { JobResult } from './job-result.ts';
import { stopsDeploy } from '../plan/plan.ts';
import { formatDuration } from '../text/format-duration.ts';
import { describeCount } from './describe-count.ts';
import { describeMessage, describeSettling } from './describe-progress.ts';
import type { Progress } from './progress.ts';
import type { Terms } from './terms.ts';

/** The outcome and what follows from it, on one line that begins with the outcome's name. */
export function describeResult(result: JobResult, progress: Progress, terms: Terms): string {
  const then = stopsDeploy(result, terms) ? 'fail-on stops the deploy' : 'the deploy goes ahead';
  switch (result.outcome) {
    case 'quiet': {
      const polls = result.polls === 1 ? '1 poll' : `${result.polls} polls`;
      const waited = `${polls} in ${formatDuration(result.elapsedMs)}`;
      const green = `quiet: green light after ${waited}, nothing in flight at ${describeOrigin(result, terms)}`;
      return stopsDeploy(result, terms) ? `${green}, but without the cordon; ${then}` : green;
    }
    case 'timed-out': {
      const seen = describeSeenAtCap(result, progress, terms);
      return `timed-out: the cap of ${terms.maxWait} is reached${seen}; ${then}`;
    }
    case 'failed-open': {
      const { event, failedTries } = progress;
      const tries = event?.poll === result.polls ? ` (${failedTries + 1} tries)` : '';
      const before = result.lastSeen === undefined ? '' : `; last seen ${describeCount(result.lastSeen)}`;
      return `failed-open (${result.reason}): ${describeMessage(result)}${describeProxy(result.status, terms)}${tries}${before}; ${then}`;
    }
  }
}

/** Whether all is as it was asked for: a green light, and the cordon up if there was to be one. */
export function isGreen({ outcome, cordon }: JobResult): boolean {
  return outcome === 'quiet' && cordon?.up !== false;
}

/** A status for an http URL may be the proxy's: only a tunnel leads to nobody but the server. */
function describeProxy(status: number | undefined, { endpoint, proxyVariable }: Terms): string {
  const isAmbiguous = status !== undefined && proxyVariable !== undefined && endpoint.startsWith('http:');
  return isAmbiguous ? ` (through the proxy in ${proxyVariable})` : '';
}

/** Which server the count came from. */
function describeOrigin({ redirectedTo }: JobResult, { endpoint }: Terms): string {
  return redirectedTo === undefined
    ? endpoint
    : `${endpoint} (redirected to ${describeMessage({ message: redirectedTo })})`;
}

function describeSeenAtCap(
  { lastSeen, elapsedMs }: JobResult,
  { event, countedAtMs }: Progress,
  terms: Terms,
): string {
  if (event?.type === 'settling') return `, ${describeSettling(terms)}`;
  const why = event !== undefined && 'reason' in event ? ` (${describeMessage(event)})` : '';
  if (lastSeen === undefined || countedAtMs === undefined) return ` without one count${why}`;
  const silence = why === '' ? '' : `, no count for ${formatDuration(elapsedMs - countedAtMs)}${why}`;
  return `${silence}, last seen ${describeCount(lastSeen)}`;
}
