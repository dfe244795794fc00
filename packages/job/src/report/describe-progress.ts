import { sanitise } from '../text/sanitise.ts';
import { describeCount } from './describe-count.ts';
import type { Progress } from './progress.ts';
import type { Terms } from './terms.ts';

const MAX_MESSAGE_LENGTH = 500;

/** The URL, which the log's first line has named, and what says no more than that there was no answer. */
const BEGINNING = /^https?:\S+ (?:could not be reached: )?(?:fetch failed: )?/;

/** What has just been seen, on one line. */
export function describeProgress({ event, failedTries }: Progress, terms: Terms): string {
  switch (event?.type) {
    case undefined:
      return 'no answer yet';
    case 'waiting':
      return describeCount(event.lastSeen ?? { count: 0, ids: [] });
    case 'settling':
      return describeSettling(terms);
    case 'retrying':
      return `no count: ${describeCause(event)}; try ${failedTries + 1} of ${terms.tries} next`;
    case 'unavailable':
      return `no count: ${describeCause(event)}; waiting all the same`;
  }
}

/** A zero that has not lasted long enough. */
export function describeSettling({ quietFor }: Terms): string {
  return `nothing in flight, but not for ${quietFor} yet`;
}

/** A failure's message, which may quote what a server sent, on one line. */
export function describeMessage({ message }: { readonly message: string }): string {
  return sanitise(message, MAX_MESSAGE_LENGTH);
}

/** The message without its beginning, which is the same for all: a terminal has room for the cause. */
function describeCause({ message }: { readonly message: string }): string {
  return describeMessage({ message: message.replace(BEGINNING, '') });
}
