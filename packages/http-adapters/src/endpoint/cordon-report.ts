import type { Clock, Cordon } from '@quietgate/core';
import { ALL_HOLDERS, isHolder, notifyListener } from '@quietgate/core/internal';
import type { CordonEvent } from './cordon-options.ts';
import type { Log } from './log.ts';
import { type GrantedLease, watchLeases } from './watch-leases.ts';

/** Reports what becomes of a cordon. `log` is that of the request. */
export interface CordonReport {
  readonly granted: (type: 'raised' | 'renewed', lease: ReportedLease, log: Log) => void;
  readonly refused: (holder: string, why: string, log: Log) => void;
  /** Releases the lease of a holder, or with `'*'` all of them, and reports that. */
  readonly lift: (holder: string, log: Log) => Promise<void>;
}

type ReportedLease = GrantedLease & { readonly seconds: number };

/** Reports to `onEvent`; or, where there is none, to the log: renewals aside, and also that a lease has expired. */
export function createCordonReport(
  onEvent: ((event: CordonEvent) => void) | undefined,
  cordon: Cordon,
  clock: Clock,
): CordonReport {
  return onEvent === undefined ? reportToLog(cordon, clock) : reportTo(onEvent, cordon);
}

function reportTo(onEvent: (event: CordonEvent) => void, cordon: Cordon): CordonReport {
  return {
    granted(type, { holder, seconds }) {
      notifyListener(onEvent, { type, holder, seconds });
    },
    refused(holder) {
      notifyListener(onEvent, { type: 'refused', holder });
    },
    async lift(holder) {
      await cordon.lift(holder);
      notifyListener(onEvent, { type: 'lifted', holder });
    },
  };
}

/** Says whose lease it is, and until when new runs are blocked. A holder's name has no character that a log would mind. */
function reportToLog(cordon: Cordon, clock: Clock): CordonReport {
  const leases = watchLeases(cordon, clock);
  const write = (log: Log, line: string) => {
    notifyListener(() => {
      log.info(`quietgate: ${line}`);
    });
  };
  return {
    granted(type, lease, log) {
      const { holder, seconds } = lease;
      const now = Date.now();
      if (type === 'raised') {
        const expiresAt = timeOf(now + seconds * 1000);
        write(
          log,
          `lease of ${holder} raised, expires at ${expiresAt} (${seconds} s) unless renewed; new runs are blocked`,
        );
      }
      const renewed = type === 'raised' ? 'never renewed' : `last renewed at ${timeOf(now)}`;
      leases.granted(lease, async () => {
        write(log, `lease of ${holder} expired, ${renewed}${describeRest(await holdersOf(cordon))}`);
      });
    },
    refused(holder, why, log) {
      write(log, `lease of ${holder} refused: ${why}`);
    },
    async lift(holder, log) {
      const before = holdersOf(cordon);
      await cordon.lift(holder);
      leases.released(holder);
      // A store that hangs here keeps nobody waiting: the lease is released.
      void before.then((holders) => {
        if (holder === ALL_HOLDERS) {
          const names = holders === undefined || holders.length === 0 ? '' : ` (${holders.join(', ')})`;
          write(log, `all leases released${names} by an operator; new runs may start`);
        } else if (holders?.includes(holder) !== false) {
          write(log, `lease of ${holder} released`);
        }
      });
    },
  };
}

/** Whose leases last, if that can be told: it is only for the log, and keeps nobody from releasing them. */
async function holdersOf(cordon: Cordon): Promise<readonly string[] | undefined> {
  const ask = async (): Promise<unknown> => cordon.holders();
  const holders = await ask().catch(() => undefined);
  return Array.isArray(holders) ? holders.filter(isHolder) : undefined;
}

function describeRest(holders: readonly string[] | undefined): string {
  if (holders === undefined) return '';
  return holders.length === 0
    ? '; new runs may start'
    : `; the cordon is still up, held by ${holders.join(', ')}`;
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
