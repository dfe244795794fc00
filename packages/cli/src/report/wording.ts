import type { FailOpenReason, GateEvent, InFlightCount, QuietResult } from '@quietgate/core';
import type { Plan } from '../args/plan.ts';
import { stopsDeploy } from '../args/plan.ts';
import { exactDuration, formatDuration } from '../text/format-duration.ts';
import { sanitise } from '../text/sanitise.ts';

const MAX_IDS_SHOWN = 5;
const MAX_ID_LENGTH = 64;
const MAX_MESSAGE_LENGTH = 500;

/** "2 in flight: a, b", on one line whatever the ids are. */
export function describeCount({ count, ids }: InFlightCount): string {
  if (count === 0) return 'nothing in flight';
  const shown = ids.slice(0, MAX_IDS_SHOWN).map((id) => sanitise(id, MAX_ID_LENGTH));
  if (shown.length === 0) return `${count} in flight`;
  const more = count - shown.length;
  return `${count} in flight: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** What has just been seen, on one line. */
export function describeEvent(event: GateEvent): string {
  switch (event.type) {
    case 'waiting':
      return describeCount(event.lastSeen ?? { count: 0, ids: [] });
    case 'settling':
      return 'nothing in flight, but not for long enough yet';
    case 'retrying':
      return `no answer (${event.reason}), trying again: ${describeMessage(event)}`;
    case 'unavailable':
      return `no answer (${event.reason}), waiting all the same: ${describeMessage(event)}`;
  }
}

/** The outcome and what follows from it, on one line that begins with the outcome's name. */
export function describeResult(result: QuietResult, plan: Pick<Plan, 'failOn' | 'maxWaitMs'>): string {
  const then = stopsDeploy(result, plan) ? 'fail-on stops the deploy' : 'the deploy goes ahead';
  switch (result.outcome) {
    case 'quiet': {
      const polls = result.polls === 1 ? '1 poll' : `${result.polls} polls`;
      return `quiet: green light after ${polls} in ${formatDuration(result.elapsedMs)}, nothing in flight`;
    }
    case 'timed-out':
      return `timed-out: the cap of ${exactDuration(plan.maxWaitMs)} is reached, ${lastSeen(result)}; ${then}`;
    case 'failed-open': {
      const before = result.lastSeen === undefined ? '' : `; ${lastSeen(result)}`;
      return `failed-open (${result.reason}): ${describeMessage(result)}${before}; ${then}`;
    }
  }
}

/** What to do about an outcome that is no green light; `undefined` for one that is. */
export function advise(result: QuietResult): string | undefined {
  switch (result.outcome) {
    case 'quiet':
      return undefined;
    case 'timed-out':
      return 'A run may be stuck: look at what was in flight. Raise max-wait if runs take longer than that.';
    case 'failed-open':
      return ADVICE[result.reason];
  }
}

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

function lastSeen({ lastSeen }: QuietResult): string {
  return lastSeen === undefined ? 'without one answer' : `last seen ${describeCount(lastSeen)}`;
}

function describeMessage({ message }: { readonly message: string }): string {
  return sanitise(message, MAX_MESSAGE_LENGTH);
}
