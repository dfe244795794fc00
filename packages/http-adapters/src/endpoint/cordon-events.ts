import { ALL_HOLDERS, notifyListener } from '@quietgate/core/internal';
import type { CordonEvent } from './cordon-options.ts';
import type { Log } from './log.ts';

/** Reports what happened to the cordon to `onEvent`; or, where there is none, to the log, renewals aside. */
export function createEventReport(
  onEvent: ((event: CordonEvent) => void) | undefined,
): (event: CordonEvent, log: Log, refusal?: string) => void {
  return (event, log, refusal) => {
    const listener =
      onEvent ??
      ((each: CordonEvent) => {
        if (each.type !== 'renewed') log.info(describeEvent(each, Date.now(), refusal));
      });
    notifyListener(listener, event);
  };
}

/** Says who holds off new runs, and until when. A holder's name has no character that a log would mind. */
function describeEvent({ type, holder, seconds = 0 }: CordonEvent, now: number, refusal?: string): string {
  if (type === 'refused') return `${holder} may not hold off new runs: ${String(refusal)}`;
  if (type !== 'lifted') {
    return `${holder} holds off new runs until ${new Date(now + seconds * 1000).toISOString()} (${seconds} s)`;
  }
  return holder === ALL_HOLDERS
    ? 'nobody holds off new runs any longer'
    : `${holder} holds off new runs no longer`;
}
