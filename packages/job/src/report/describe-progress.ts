import { formatDuration } from '../text/format-duration.ts';
import { sanitise } from '../text/sanitise.ts';
import { describeCount } from './describe-count.ts';
import type { PollEvent, Progress } from './progress.ts';
import type { Terms } from './terms.ts';

const MAX_MESSAGE_LENGTH = 500;

/** What has just been seen, on one line. */
export function describeProgress({ event, held }: Progress, terms: Terms): string {
  if (held !== undefined) return `${held.outcome}, waiting for the other servers`;
  switch (event?.type) {
    case undefined:
      return 'no response yet';
    case 'waiting':
      return describeCount(event.lastSeen ?? { count: 0, ids: [] });
    case 'settling':
      return describeSettling(terms);
    case 'retrying':
      return `attempt ${event.failedTries} of ${terms.attempts} failed: ${describeMessage(event)}`;
    case 'unavailable':
      return `no count: ${describeMessage(event)}`;
  }
}

/** What comes next, on one line: a verb first. */
export function describeNext(event: PollEvent, { interval }: Terms): string {
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

/** A zero that has not lasted long enough. */
export function describeSettling({ quietFor }: Terms): string {
  return `nothing in flight, but not for ${quietFor} yet`;
}

/** A failure's message, which may quote what a server sent, on one line. */
export function describeMessage({ message }: { readonly message: string }): string {
  return sanitise(message, MAX_MESSAGE_LENGTH);
}
