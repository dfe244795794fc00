import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Env } from './processes.ts';

/** The time of a process, which stands still but for what the test allows. */
export interface HeldClock {
  /** The environment that puts a process on this clock. */
  readonly env: Env;
  /**
   * Lets time pass: fires the timers that fall due, in their order, and resolves when that is done. Requests take none of
   * this time, so wait for the state that one leads to before the next step.
   */
  readonly advance: (ms: number) => Promise<void>;
}

/** Makes a clock for one process, so that no test depends on how busy the machine is. */
export async function heldClock(): Promise<HeldClock> {
  const server = createServer().listen(0, '127.0.0.1');
  const connected = once(server, 'connection') as Promise<[Socket]>;
  server.on('connection', (socket) => socket.on('error', () => undefined)); // a process that ends may reset it
  onTestFinished(() => {
    void connected.then(([socket]) => socket.destroy());
    server.close();
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const clock = new URL('../fixtures/held-clock.js', import.meta.url).href;
  return {
    env: { NODE_OPTIONS: `--import=${clock}`, HELD_CLOCK_PORT: String(port) },
    async advance(ms) {
      const [socket] = await connected;
      if (socket.closed) return; // the process has ended, as it may
      const waiting = new AbortController();
      const { signal } = waiting;
      const done = Promise.race([once(socket, 'data', { signal }), once(socket, 'close', { signal })]);
      socket.write(`${ms}\n`);
      await done.catch(() => undefined); // as it may now
      waiting.abort(); // or one listener more would stay each time
    },
  };
}
