/** Where the gate's time comes from. All times are milliseconds. */
export interface Clock {
  /** The present, from any starting point; never runs backwards. */
  now(): number;
  /**
   * Resolves once `now()` has moved on by at least `ms`. When the signal aborts, rejects with its reason, and
   * leaves no timer and no listener behind.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The longest delay that timers keep; longer sleeps take several. */
const MAX_TIMER_MS = 2_147_483_647;

/** Real time, in whole milliseconds, from the monotonic clock: one that a corrected wall clock does not move. */
export const systemClock: Clock = {
  now: () => Math.floor(performance.now()),
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      const dueAt = performance.now() + ms;
      let timer: ReturnType<typeof setTimeout>;
      const abort = function (this: AbortSignal) {
        clearTimeout(timer);
        reject(this.reason);
      };
      const wake = () => {
        const leftMs = dueAt - performance.now();
        if (leftMs > 0) {
          // Timers may fire a fraction of a millisecond early.
          timer = setTimeout(wake, Math.min(Math.ceil(leftMs), MAX_TIMER_MS));
        } else {
          signal?.removeEventListener('abort', abort);
          resolve();
        }
      };
      signal?.addEventListener('abort', abort, { once: true });
      wake();
    });
  },
};
