import type { InFlightCount } from '@quietgate/core';
import { sanitise } from '../text/sanitise.ts';
import type { Progress } from './progress.ts';
import type { Terms } from './terms.ts';

/** How a server is asked. */
export interface Way {
  /** The variable of the proxy that may respond in the server's place, if any. */
  readonly httpProxy?: string | undefined;
}

const MAX_RECEIVED_LENGTH = 500;
const MAX_IDS_SHOWN = 5;
const MAX_ID_LENGTH = 64;

/** What has just been seen, on one line. */
export function describeProgress({ event, held }: Progress, terms: Terms): string {
  if (held !== undefined) return `${held.outcome}, waiting for the other servers`;
  switch (event?.type) {
    case undefined:
      return 'no response yet';
    case 'waiting':
      return describeCount(event.lastSeen);
    case 'settling':
      return describeSettling(terms);
    case 'retrying':
      return `attempt ${event.failedTries} of ${terms.attempts} failed: ${describeFailure(event, terms)}`;
    case 'unavailable':
      return `no count: ${describeFailure(event, terms)}`;
  }
}

/** A zero that has not lasted long enough. */
export function describeSettling({ quietFor }: Terms): string {
  return `nothing in flight, but not for ${quietFor} yet`;
}

/** Why a request failed, with the proxy that may have responded in the server's place where the message does not name it. */
export function describeFailure(failure: { readonly message: string }, { httpProxy }: Way): string {
  const message = describeReceived(failure.message);
  const isNamed = httpProxy === undefined || message.includes(`the proxy in ${httpProxy}`);
  return isNamed ? message : `${message} (through the proxy in ${httpProxy})`;
}

/** Text that a server may have sent, such as a message that quotes it, on one line. */
export function describeReceived(text: string): string {
  return sanitise(text, MAX_RECEIVED_LENGTH);
}

/** "2 in flight: a, b", on one line whatever the ids are: the first few in code-unit order, in whatever order they came. */
export function describeCount({ count, ids }: InFlightCount): string {
  if (count === 0) return 'nothing in flight';
  const first = [...ids].sort().slice(0, MAX_IDS_SHOWN);
  const shown = first.map((id) => sanitise(id, MAX_ID_LENGTH) || '(blank)');
  if (shown.length === 0) return `${count} in flight`;
  const more = count - shown.length;
  return `${count} in flight: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
