import type { FailOpenReason, InFlightCount, QuietResult } from '@quietgate/core';
import type { Plan } from '../plan/plan.ts';
import { stopsDeploy } from '../plan/plan.ts';
import { exactDuration, formatDuration } from '../text/format-duration.ts';
import { sanitise } from '../text/sanitise.ts';
import type { Progress } from './progress.ts';

const MAX_IDS_SHOWN = 5;
const MAX_ID_LENGTH = 64;
const MAX_MESSAGE_LENGTH = 500;

/** The URL, which the log's first line has told, and what says no more than that there was no answer. */
const BEGINNING = /^https?:\S+ (?:could not be reached: )?(?:fetch failed: )?/;

/** "2 in flight: a, b", on one line whatever the ids are, and in whatever order they came. */
export function describeCount({ count, ids }: InFlightCount): string {
  if (count === 0) return 'nothing in flight';
  const shown = [...ids]
    .sort()
    .slice(0, MAX_IDS_SHOWN)
    .map((id) => sanitise(id, MAX_ID_LENGTH) || '(blank)');
  if (shown.length === 0) return `${count} in flight`;
  const more = count - shown.length;
  return `${count} in flight: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** What has just been seen, on one line. */
export function describeProgress(
  { event, failedTries }: Progress,
  { quietForMs, retries }: Pick<Plan, 'quietForMs' | 'retries'>,
): string {
  switch (event?.type) {
    case undefined:
      return 'no answer yet';
    case 'waiting':
      return describeCount(event.lastSeen ?? { count: 0, ids: [] });
    case 'settling':
      return notYetQuiet(quietForMs);
    case 'retrying':
      return `no count: ${cause(event)}; try ${failedTries + 1} of ${retries + 1} next`;
    case 'unavailable':
      return `no count: ${cause(event)}; waiting all the same`;
  }
}

/** The outcome and what follows from it, on one line that begins with the outcome's name. */
export function describeResult(
  result: QuietResult,
  progress: Progress,
  plan: Pick<Plan, 'failOn' | 'maxWaitMs' | 'quietForMs'>,
): string {
  const then = stopsDeploy(result, plan) ? 'fail-on stops the deploy' : 'the deploy goes ahead';
  switch (result.outcome) {
    case 'quiet': {
      const polls = result.polls === 1 ? '1 poll' : `${result.polls} polls`;
      return `quiet: green light after ${polls} in ${formatDuration(result.elapsedMs)}, nothing in flight`;
    }
    case 'timed-out': {
      const cap = `the cap of ${exactDuration(plan.maxWaitMs)} is reached`;
      return `timed-out: ${cap}${seenAtCap(result, progress, plan)}; ${then}`;
    }
    case 'failed-open': {
      const { event, failedTries } = progress;
      const tries = event?.poll === result.polls ? ` (${failedTries + 1} tries)` : '';
      const before = result.lastSeen === undefined ? '' : `; last seen ${describeCount(result.lastSeen)}`;
      return `failed-open (${result.reason}): ${describeMessage(result)}${tries}${before}; ${then}`;
    }
  }
}

function seenAtCap(
  { lastSeen, elapsedMs }: QuietResult,
  { event, countedAtMs }: Progress,
  { quietForMs }: Pick<Plan, 'quietForMs'>,
): string {
  if (event?.type === 'settling') return `, ${notYetQuiet(quietForMs)}`;
  const why = event !== undefined && 'reason' in event ? ` (${describeMessage(event)})` : '';
  if (lastSeen === undefined || countedAtMs === undefined) return ` without one count${why}`;
  const silence = why === '' ? '' : `, no count for ${formatDuration(elapsedMs - countedAtMs)}${why}`;
  return `${silence}, last seen ${describeCount(lastSeen)}`;
}

function notYetQuiet(quietForMs: number): string {
  return `nothing in flight, but not for ${exactDuration(quietForMs)} yet`;
}

/** What to do about an outcome that is no green light; `undefined` for one that is. */
export function advise(
  result: QuietResult,
  { event }: Progress,
  { proxy }: Pick<Plan, 'proxy'>,
): string | undefined {
  const about = (reason: FailOpenReason) => {
    if (reason === 'not-found' && result.lastSeen !== undefined) return GONE;
    if (reason === 'unreachable' && proxy !== undefined)
      return `Check the URL, and the proxy that ${proxy.name} names.`;
    return ADVICE[reason];
  };
  switch (result.outcome) {
    case 'quiet':
      return undefined;
    case 'failed-open':
      return result.polls === 0 ? undefined : about(result.reason); // without a poll it was quietgate that failed
    case 'timed-out':
      if (event === undefined) return 'Find out why the server is slow, or raise max-wait.';
      if ('reason' in event) return about(event.reason);
      return event.type === 'settling'
        ? 'Nothing was in flight at last, but not for as long as quiet-for: raise max-wait, or lower quiet-for.'
        : 'A run may be stuck: look at what was in flight. Raise max-wait if runs take longer than that.';
  }
}

const GONE =
  'The endpoint was there before: look whether the server was rolled back, or what is in front of it changed.';

const ADVICE: Readonly<Record<FailOpenReason, string>> = {
  'not-found':
    'Expected until a server with the endpoint is rolled out. After that, check the URL: a path prefix may be missing.',
  'http-status':
    "Look for that status in the server's log, or in that of a proxy or login in front: the endpoint must be public.",
  unreachable:
    'Check the URL, and whether this machine needs HTTPS_PROXY to get there or NODE_EXTRA_CA_CERTS to trust it.',
  'request-timeout': 'Find out why the server is slow, or raise request-timeout.',
  'invalid-response': 'Something else answers there, such as a login page or an ingress: check the URL.',
};

function describeMessage({ message }: { readonly message: string }): string {
  return sanitise(message, MAX_MESSAGE_LENGTH);
}

/** The message without its beginning, which is the same for all: a terminal has room for the cause. */
function cause({ message }: { readonly message: string }): string {
  return sanitise(message.replace(BEGINNING, ''), MAX_MESSAGE_LENGTH);
}
