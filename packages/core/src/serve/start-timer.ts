import { type Clock, systemClock } from '../wait/clock.ts';

/**
 * Calls back once, when the time is over. On the system clock the timer keeps no process alive.
 *
 * @param ms from 0 to 2,147,483,647
 * @returns a function that stops the timer
 */
export function startTimer(clock: Clock, ms: number, onTime: () => void): () => void {
  return clock === systemClock ? startSystemTimer(ms, onTime) : startTimerOn(clock, ms, onTime);
}

function startSystemTimer(ms: number, onTime: () => void): () => void {
  const timer = setTimeout(onTime, ms);
  // Where timers are numbers, there is no process to keep alive.
  (timer as { readonly unref?: () => unknown }).unref?.();
  return () => {
    clearTimeout(timer);
  };
}

function startTimerOn(clock: Clock, ms: number, onTime: () => void): () => void {
  const stopped = new AbortController();
  clock.sleep(ms, stopped.signal).then(
    () => {
      // Also on a clock that ignores signals.
      if (!stopped.signal.aborted) onTime();
    },
    () => undefined,
  );
  return () => {
    stopped.abort();
  };
}
