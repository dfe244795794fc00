import { countInFlight, type InFlightCount, waitForQuiet } from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';

export const counted: InFlightCount = countInFlight([{ id: 'a', status: 'pending' }]);
void waitForQuiet({
  url: 'https://api.example',
  headers: new Headers(),
  fetch: (input, init) => fetch(input, init),
  clock: createVirtualClock({ graceMs: undefined }),
  signal: AbortSignal.timeout(1000),
});
