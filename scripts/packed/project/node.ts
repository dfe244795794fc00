import { createServer } from 'node:http';
import { type QuietResult, waitForQuiet } from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
import { inFlightCount } from '@quietgate/http-adapters/node';

createServer(inFlightCount({ listDeployments: () => [{ id: 'a', status: 'pending', owner: 'b' }] }));
export const result: Promise<QuietResult> = waitForQuiet({
  url: new URL('https://api.example'),
  headers: { authorization: 'Bearer token' },
  fetch,
  clock: createVirtualClock(),
});
