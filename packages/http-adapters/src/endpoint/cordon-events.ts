import { ALL_HOLDERS, notifyListener } from '@quietgate/core/internal';
import type { CordonEvent } from './cordon-options.ts';
import type { Log } from './log.ts';

/** What is known of an event beside what a listener is told. */
export interface EventDetails {
  /** Why the lease was refused. */
  readonly refusal?: string;
  /** Whose leases were released, where all of them were. */
  readonly released?: readonly string[];
}

/** Reports what happened to the cordon to `onEvent`; or, where there is none, to the log, renewals aside. */
export function createEventReport(
  onEvent: ((event: CordonEvent) => void) | undefined,
): (event: CordonEvent, log: Log, details?: EventDetails) => void {
  return (event, log, details) => {
    const listener =
      onEvent ??
      ((each: CordonEvent) => {
        if (each.type !== 'renewed') log.info(`quietgate: ${describeEvent(each, Date.now(), details)}`);
      });
    notifyListener(listener, event);
  };
}

/** Says whose lease it is, and until when new runs are blocked. A holder's name has no character that a log would mind. */
function describeEvent(
  { type, holder, seconds = 0 }: CordonEvent,
  now: number,
  { refusal, released = [] }: EventDetails = {},
): string {
  if (type === 'refused') return `lease of ${holder} refused: ${String(refusal)}`;
  if (type !== 'lifted') {
    const expiresAt = new Date(now + seconds * 1000).toISOString();
    return `lease of ${holder} raised, expires at ${expiresAt} (${seconds} s); new runs are blocked`;
  }
  if (holder !== ALL_HOLDERS) return `lease of ${holder} released`;
  const names = released.length === 0 ? '' : ` (${released.join(', ')})`;
  return `all leases released${names} by an operator; new runs may start`;
}
