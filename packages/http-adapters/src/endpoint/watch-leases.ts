import type { Clock, Cordon } from '@quietgate/core';
import { ALL_HOLDERS, fatesOf, MAX_DURATION_MS, startTimer } from '@quietgate/core/internal';

/** Watches the leases that were granted here, for the log: no request tells that one has expired. */
export interface LeaseWatch {
  /** A lease was granted or renewed. `onExpired` is called once it has expired, unless it is granted again before. */
  readonly granted: (lease: GrantedLease, onExpired: () => Promise<void>) => void;
  /** The lease of a holder was released, or with `'*'` all of them. */
  readonly released: (holder: string) => void;
}

export interface GrantedLease {
  readonly holder: string;
  readonly id: string;
  readonly leaseMs: number;
}

/** A timer may end early, and the cordon may go by the clock of a database. */
const SLACK_MS = 1000;

/**
 * A lease may be renewed or released elsewhere: in this process, or by another replica. So the cordon is asked what became of
 * it; one that cannot say is not watched.
 */
export function watchLeases(cordon: Cordon, clock: Clock): LeaseWatch {
  const fateOf = fatesOf(cordon);
  const timers = new Map<string, () => void>();

  const released = (holder: string) => {
    for (const each of holder === ALL_HOLDERS ? [...timers.keys()] : [holder]) {
      timers.get(each)?.();
      timers.delete(each);
    }
  };

  return {
    released,
    granted({ holder, id, leaseMs }, onExpired) {
      if (fateOf === undefined) return;
      released(holder);
      const look = async () => {
        timers.delete(holder);
        if ((await fateOf(id)) === 'expired') await onExpired();
      };
      const stop = startTimer(clock, Math.min(leaseMs + SLACK_MS, MAX_DURATION_MS), () => {
        look().catch(() => undefined);
      });
      timers.set(holder, stop);
    },
  };
}
