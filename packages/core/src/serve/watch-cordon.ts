import { checkSignal } from '../options/check-kind.ts';
import type { Clock } from '../wait/clock.ts';
import { createSubscriptions } from './create-subscriptions.ts';
import { startTimer } from './start-timer.ts';

/** Who waits for a cordon to come up or down, and who is told. */
export interface CordonWatch {
  readonly subscribe: (onChange: () => void) => () => void;
  readonly down: (signal?: AbortSignal) => Promise<void>;
  /** To be called after the leases have changed. Calls the listeners if the cordon has come up or down. */
  readonly report: () => void;
}

/** Watches a cordon. A timer waits for the end of its last lease, while anybody listens. */
export function watchCordon(clock: Clock, remainingMs: () => number): CordonWatch {
  const subscriptions = createSubscriptions();
  const waits = new Map<AbortSignal | undefined, Promise<void>>();
  // Stryker disable next-line BooleanLiteral: the first who subscribes sets it
  let toldUp = false;
  let stopTimer: () => void = () => undefined;

  const isUp = () => remainingMs() > 0;
  const setTimer = () => {
    stopTimer();
    // Also for an end that has passed while the process was busy, and has not been told yet.
    if (subscriptions.size > 0 && toldUp) stopTimer = startTimer(clock, remainingMs(), report);
  };

  const report = () => {
    const wasUp = toldUp;
    toldUp = isUp();
    setTimer();
    if (toldUp !== wasUp) subscriptions.notify();
  };

  const listen = (onChange: () => void, wasUp: boolean) => {
    const unsubscribe = subscriptions.subscribe(onChange);
    if (subscriptions.size === 1) toldUp = wasUp;
    setTimer();
    return () => {
      unsubscribe();
      setTimer();
    };
  };

  const nextDown = (signal: AbortSignal | undefined) =>
    new Promise<void>((resolve, reject) => {
      const stop = () => {
        unsubscribe();
        signal?.removeEventListener('abort', abort);
        waits.delete(signal);
      };
      const abort = function (this: AbortSignal) {
        stop();
        reject(this.reason);
      };
      const unsubscribe = listen(() => {
        if (isUp()) return;
        stop();
        resolve();
      }, true);
      signal?.addEventListener('abort', abort);
    });

  return {
    subscribe: (onChange) => listen(onChange, isUp()),
    report,
    async down(signal) {
      checkSignal('signal', signal);
      signal?.throwIfAborted();
      if (!isUp()) return;
      // However many wait on one signal, it has one listener.
      const wait = waits.get(signal) ?? nextDown(signal);
      waits.set(signal, wait);
      await wait;
    },
  };
}
