import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitForQuiet } from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
import { expect, it, vi } from 'vitest';

/** What must pass where fakes took the place of the timers before this file was imported. */
export function testVirtualTime(): void {
  const stuck = { count: 1, ids: ['t13'] };

  it('has fakes in the place of timers', () => {
    expect(vi.isFakeTimers()).toBe(true);
  });

  it('passes half an hour at a source', async () => {
    const result = await waitForQuiet({ source: () => stuck, clock: createVirtualClock() });
    expect(result).toMatchObject({ outcome: 'timed-out', polls: 90, elapsedMs: 30 * 60_000 });
  });

  it('passes a minute over a socket', async () => {
    const server = createServer((_, response) => response.end(JSON.stringify(stuck))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const result = await waitForQuiet({ url, maxWaitMs: 60_000, clock: createVirtualClock() });
    server.close();
    server.closeAllConnections();
    expect(result).toMatchObject({ outcome: 'timed-out', polls: 3, elapsedMs: 60_000 });
  });
}
