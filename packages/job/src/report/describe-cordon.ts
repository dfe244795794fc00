import { formatDuration } from '../text/format-duration.ts';
import { describeFailure, describeReceived, type Way } from './describe-progress.ts';
import type { JobResult } from './job-result.ts';
import type { CordonNews } from './progress.ts';
import type { CordonTerms } from './terms.ts';

export const NOT_UP = 'cordon not up: new runs are NOT blocked';

/** What has become of the cordon, on one line. */
export function describeCordonNews(news: CordonNews, terms: CordonTerms): string {
  const { holder, lease } = terms.cordon;
  switch (news.type) {
    case 'cordoned':
      return `cordon up: new runs are blocked by a lease of ${lease} at most, held by ${holder}`;
    case 'uncordoned':
      return describeDown(news, terms);
    case 'retrying':
      return `cordon not up yet: ${describeFailure(news, terms)}`;
    case 'lifted':
      return `lease of ${holder} released`;
    case 'left':
      return describeLeft(`lease of ${holder}`, news, terms);
  }
}

/**
 * Until when new runs are blocked after the gate, and by whom; or that they are not. `undefined` without a cordon.
 *
 * @param timeIn writes the time of day that it is after some milliseconds
 */
export function describeCordon(
  { cordon }: JobResult,
  terms: Way,
  timeIn: (ms: number) => string,
): string | undefined {
  if (cordon === undefined) return undefined;
  return cordon.up ? describeUp(cordon.remainingMs, [cordon.holder], timeIn) : describeDown(cordon, terms);
}

function describeDown(why: { readonly message: string }, way: Way): string {
  return `${NOT_UP}: ${describeFailure(why, way)}`;
}

/** Until when new runs are blocked, and by the leases of which holders. */
export function describeUp(
  remainingMs: number,
  holders: readonly string[],
  timeIn: (ms: number) => string,
): string {
  const whose = holders.map(describeReceived).join(', ');
  return `cordon up: new runs are blocked until ${timeIn(remainingMs)} (${formatDuration(remainingMs)}), held by ${whose}`;
}

/** That a lease could not be released, and why. */
export function describeLeft(whose: string, why: { readonly message: string }, way: Way): string {
  return `${whose} not released, and may last until expiry: ${describeFailure(why, way)}`;
}
