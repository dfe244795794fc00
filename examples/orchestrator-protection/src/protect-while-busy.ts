import { once } from 'node:events';
import { type Clock, type MemoryRuns, systemClock } from '@quietgate/core';

/** What an orchestrator offers to a process that is busy. */
export interface Protection {
  /** Sets the protection, renews it, or takes it off. Rejects when the orchestrator did not do so. */
  readonly set: (isBusy: boolean) => Promise<void>;
  /** How often it is renewed while the process is busy, in milliseconds: well before it expires. */
  readonly renewMs: number;
}

export interface ProtectWhileBusyOptions {
  /** The runs of this process: those of other replicas need no protection here. */
  readonly runs: Pick<MemoryRuns, 'size' | 'subscribe'>;
  readonly protection: Protection;
  /** Ends it all: the protection is taken off, and the promise resolves. */
  readonly signal: AbortSignal;
  /** Told what the orchestrator refused; it is asked again in five seconds, or with the next change. */
  readonly onError: (error: unknown) => void;
  /** @default systemClock */
  readonly clock?: Clock;
}

const RETRY_MS = 5_000;

/** Protects the process from its orchestrator while any run is in flight. One request at a time. */
export async function protectWhileBusy(options: ProtectWhileBusyOptions): Promise<void> {
  const { runs, protection, signal, onError, clock = systemClock } = options;
  // Unknown at first, since a process before this one may have left it set, and after a failure.
  let isSet: boolean | undefined;
  let dueAt = 0;

  const set = async (isBusy: boolean) => {
    try {
      await protection.set(isBusy);
      isSet = isBusy;
    } catch (error) {
      isSet = undefined;
      onError(error);
    }
    dueAt = clock.now() + (isSet === undefined ? RETRY_MS : isSet ? protection.renewMs : Infinity);
  };

  while (!signal.aborted) {
    // Before the look at the runs, so that no change falls in between.
    const next = nextChange(runs, signal);
    const isBusy = runs.size > 0;
    if (isSet !== isBusy || clock.now() >= dueAt) await set(isBusy);
    await next.within(dueAt - clock.now(), clock);
  }
  if (isSet !== false) await set(false);
}

/** Notices the next time that the runs change, or the signal aborts. */
function nextChange({ subscribe }: Pick<MemoryRuns, 'subscribe'>, signal: AbortSignal) {
  const change = new AbortController();
  const happen = () => {
    change.abort();
  };
  const unsubscribe = subscribe(happen);
  signal.addEventListener('abort', happen);
  return {
    /** Waits for it, but no longer than this. */
    async within(ms: number, clock: Clock): Promise<void> {
      if (ms < Infinity) await clock.sleep(ms, change.signal).catch(() => undefined);
      else if (!change.signal.aborted) await once(change.signal, 'abort');
      unsubscribe();
      signal.removeEventListener('abort', happen);
    },
  };
}
