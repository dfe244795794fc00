import type { Clock } from '@quietgate/core';

/** Calls back at one time: a later `set` takes the place of an earlier one. */
export interface Alarm {
  set(at: number): void;
  stop(): void;
}

export function createAlarm(clock: Clock, onTime: () => void): Alarm {
  let stopping = new AbortController();
  return {
    set(at) {
      stopping.abort();
      stopping = new AbortController();
      clock.sleep(at - clock.now(), stopping.signal).then(onTime, () => undefined);
    },
    stop() {
      stopping.abort();
    },
  };
}
