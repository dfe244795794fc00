import type { JobResult } from './job-result.ts';
import { formatDuration } from '../text/format-duration.ts';
import { describeMessage } from './describe-progress.ts';
import type { CordonEvent } from './progress.ts';
import type { Terms } from './terms.ts';

/** What has become of the cordon, on one line. */
export function describeCordonEvent(event: CordonEvent, { cordon }: Terms): string {
  switch (event.type) {
    case 'cordoned':
      return `cordon up: new runs are refused, by a lease of ${cordon?.lease ?? ''} for ${cordon?.holder ?? ''}`;
    case 'uncordoned':
      return `cordon not up: new runs are not held off: ${describeMessage(event)}`;
    case 'retrying':
      return `no cordon yet: ${describeMessage(event)}; trying once more`;
  }
}

/**
 * Until when new runs are refused after the gate, and by whom; or that they are not. `undefined` without a cordon.
 *
 * @param timeIn writes the time of day that it is after some milliseconds
 */
export function describeCordon({ cordon }: JobResult, timeIn: (ms: number) => string): string | undefined {
  if (cordon === undefined) return undefined;
  if (!cordon.up) return `cordon not up: new runs are not held off: ${describeMessage(cordon)}`;
  return describeUp(cordon.remainingMs, cordon.holder, timeIn);
}

/** Until when new runs are refused, and by the leases of which holders. */
export function describeUp(remainingMs: number, holders: string, timeIn: (ms: number) => string): string {
  return `cordon up: new runs are refused until ${timeIn(remainingMs)} (${formatDuration(remainingMs)}), by the lease of ${holders}`;
}

/** That a lease may be left, and why it could not be ended. */
export function describeLeft(whose: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `${whose} may last until it ends by itself: ${describeMessage({ message })}`;
}
