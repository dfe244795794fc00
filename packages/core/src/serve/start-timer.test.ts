import { afterEach, expect, it, vi } from 'vitest';
import { systemClock } from '../wait/clock.ts';
import { startTimer } from './start-timer.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it('stops a timer of the system, also where it is a number', () => {
  vi.spyOn(globalThis, 'setTimeout').mockReturnValue(7 as never);
  const cleared = vi.spyOn(globalThis, 'clearTimeout').mockReturnValue();
  const stop = startTimer(systemClock, 1_000, () => undefined);
  expect(cleared).not.toHaveBeenCalled();
  stop();
  expect(cleared).toHaveBeenCalledExactlyOnceWith(7);
});

it('calls nobody back once it is stopped, on a clock that goes on all the same', async () => {
  const slept = Promise.resolve();
  const onTime = vi.fn();
  startTimer({ now: () => 0, sleep: () => slept }, 1_000, onTime)();
  startTimer({ now: () => 0, sleep: () => slept }, 1_000, onTime);
  await slept;
  expect(onTime).toHaveBeenCalledOnce();
});
