import { DRAIN_RETRY_AFTER_MS, RunRefused } from '../cordon/run-refused.ts';
import { checkFunction } from '../options/check-kind.ts';

/** Through which each run of a process starts, until it is shut for good. */
export interface Door {
  /**
   * Calls `start`, and returns what that does.
   *
   * @throws RunRefused once the door is shut
   */
  readonly admit: <T>(start: () => T) => T;
  readonly shut: () => void;
  /** Aborts when the door is shut. */
  readonly closing: AbortSignal;
}

/** Makes a door, which is open. */
export function createDoor(): Door {
  const closing = new AbortController();
  return {
    admit(start) {
      checkFunction('start', start);
      if (closing.signal.aborted)
        throw new RunRefused({ reason: 'drain', retryAfterMs: DRAIN_RETRY_AFTER_MS });
      return start();
    },
    shut() {
      closing.abort();
    },
    closing: closing.signal,
  };
}
