import type { IncomingMessage } from 'node:http';
import { setImmediate } from 'node:timers/promises';

/**
 * Resolves once the response to a request of this process has been read: the server has closed its connection, and what it
 * sent on loopback arrives within a few turns. No time passes, so timers may be faked.
 */
export async function arrived(request: IncomingMessage | undefined): Promise<void> {
  while (request?.socket.destroyed === false) await setImmediate();
  for (let turn = 0; turn < 10; turn++) await setImmediate();
}
