import { formatDuration } from '../text/format-duration.ts';
import { describeCount, describeFailure, describeReceived, describeSettling } from './describe-progress.ts';
import type { JobResult } from './job-result.ts';
import { jointOutcome } from './joint-outcome.ts';
import { failureAtEnd, type Progress } from './progress.ts';
import type { Terms } from './terms.ts';

/** The outcome of one server, on one line that begins with its name: what it is, and how long it took. */
export function describeResult(result: JobResult, progress: Progress, terms: Terms): string {
  switch (result.outcome) {
    case 'quiet':
      return `quiet: green light, nothing in flight at ${describeOrigin(result, terms)} (${waited(result)}, ${counted(result.polls, 'check')})`;
    case 'timed-out': {
      const seen = describeSeenAtEnd(result, progress, terms);
      return `timed-out: maximum wait of ${terms.maxWait} reached${seen} (${waited(result)}, ${counted(result.polls, 'check')})`;
    }
    case 'failed-open': {
      const { event } = progress;
      const failedBefore = event?.type === 'retrying' && event.poll === result.polls ? event.failedTries : 0;
      const before = result.lastSeen === undefined ? '' : `; last seen ${describeCount(result.lastSeen)}`;
      const why = describeFailure(result, terms);
      return `failed-open (${result.reason}): ${why}${before} (${waited(result)}, ${counted(failedBefore + 1, 'attempt')})`;
    }
  }
}

/** The outcome of several servers, on one line that begins with its name. */
export function describeJointResult(results: readonly JobResult[]): string {
  const outcome = jointOutcome(results);
  const alike = results.filter((result) => result.outcome === outcome).length;
  const longest = results.reduce((most, { elapsedMs }) => Math.max(most, elapsedMs), 0);
  return `${outcome}: ${alike} of ${results.length} servers (${waited({ elapsedMs: longest })})`;
}

/** Whether all is as it was asked for: a green light on all runs, and the cordon up if there was to be one. */
export function isGreen({ outcome, cordon, unknown = 0 }: JobResult): boolean {
  return outcome === 'quiet' && cordon?.up !== false && unknown === 0;
}

/** That there are runs which nobody can judge; `undefined` where there are none. */
export function describeUnknown({ unknown = 0 }: JobResult): string | undefined {
  if (unknown === 0) return undefined;
  const known = 'with a status that the server does not know';
  return unknown === 1
    ? `1 run ${known} is not counted: look at the server's log`
    : `${unknown} runs ${known} are not counted: look at the server's log`;
}

function waited({ elapsedMs }: { readonly elapsedMs: number }): string {
  return `waited ${formatDuration(elapsedMs)}`;
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** Which server the count came from. */
function describeOrigin({ redirectedTo }: JobResult, { endpoint }: Terms): string {
  return redirectedTo === undefined
    ? endpoint
    : `${endpoint} (redirected to ${describeReceived(redirectedTo)})`;
}

function describeSeenAtEnd(result: JobResult, progress: Progress, terms: Terms): string {
  const { lastSeen, elapsedMs } = result;
  const { event, countedAtMs = 0 } = progress;
  const failure = failureAtEnd(result, progress);
  const why = failure === undefined ? '' : ` (${describeFailure(failure, terms)})`;
  if (lastSeen === undefined) return ` without one count${why}`;
  if (lastSeen.count === 0 && event?.type === 'settling') return `, ${describeSettling(terms)}`;
  const silence = why === '' ? '' : `, no count for ${formatDuration(elapsedMs - countedAtMs)}${why}`;
  return `${silence}, last seen ${describeCount(lastSeen)}`;
}
