import type { Clock } from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';

/** A virtual clock whose time may also move in the middle of synchronous work, as real time does. */
export function blockableClock(): Clock & { readonly block: (ms: number) => void } {
  const virtual = createVirtualClock();
  let blockedMs = 0;
  return {
    now: () => virtual.now() + blockedMs,
    sleep: (ms, signal) => virtual.sleep(ms, signal),
    block: (ms) => {
      blockedMs += ms;
    },
  };
}
