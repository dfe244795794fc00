import { type Deployment, IN_FLIGHT_COUNT_PATH as PATH } from '@quietgate/core';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect } from 'vitest';
import type { Ask } from './client.ts';
import { type Check, withHost } from './host.ts';
import { holdListing, inFlight } from './listing.ts';
import { expectCount, expectUnavailable } from './replies.ts';

/** How many requests arrive together. */
const TOGETHER = 50;

/** How requests share listings. */
export const sharing: readonly Check[] = [
  {
    name: 'answers 500 requests that arrive while a listing runs by the one next listing',
    isLaw: true,
    async check(host) {
      const listing = holdListing();
      const { listDeployments, release } = listing;
      await withHost(host, { listDeployments, release }, async ({ ask, arrived }) => {
        const first = ask(PATH);
        await listing.hasStarted(1);
        listing.deployments = inFlight('a');
        const others = Array.from({ length: 500 }, () => ask(PATH));
        await arrived(501);
        expect(listing.started).toBe(1);
        listing.release();
        expectCount(await first, 0, []);
        for (const reply of await Promise.all(others)) expectCount(reply, 1, ['a']);
        expect(listing.started).toBe(2);
        expect(listing.mostAtOnce).toBe(1);
      });
    },
  },
  {
    name: 'shares a synchronous listing among requests that arrive together',
    async check(host) {
      let listings = 0;
      const listDeployments = () => {
        listings++;
        return inFlight('a');
      };
      await withHost(host, { listDeployments }, async ({ ask, port }) => {
        const bodies =
          host.http2 === true ? askTogether(ask) : requestTogether(port, (host.prefix ?? '') + PATH);
        expect(await bodies).toEqual(Array.from({ length: TOGETHER }, () => '{"count":1,"ids":["a"]}'));
        // One, unless a busy kernel delivers a few of them later.
        expect(listings).toBeLessThanOrEqual(TOGETHER / 10);
      });
    },
  },
  {
    name: 'never answers from a listing that started before the request arrived',
    isLaw: true,
    async check(host) {
      const listing = holdListing();
      const { listDeployments, release } = listing;
      await withHost(host, { listDeployments, release }, async ({ ask, arrived }) => {
        const before = ask(PATH);
        await listing.hasStarted(1);
        listing.deployments = inFlight('a');
        const after = ask(PATH);
        await arrived(2);
        listing.release();
        expectCount(await before, 0, []);
        expectCount(await after, 1, ['a']);
      });
    },
  },
  {
    name: 'runs one listing at a time, whatever the request rate',
    isLaw: true,
    async check(host) {
      let running = 0;
      let mostAtOnce = 0;
      let listings = 0;
      const listDeployments = async (): Promise<Deployment[]> => {
        listings++;
        mostAtOnce = Math.max(mostAtOnce, ++running);
        for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
        running--;
        if (listings % 3 === 0) throw new Error('every third listing fails');
        return [];
      };
      await withHost(host, { listDeployments, onError: () => undefined }, async ({ ask }) => {
        const client = async () => {
          for (let round = 0; round < 10; round++) expect([200, 503]).toContain((await ask(PATH)).status);
        };
        await Promise.all(Array.from({ length: 20 }, client));
      });
      expect(mostAtOnce).toBe(1);
      expect(listings).toBeLessThanOrEqual(200);
    },
  },
  {
    name: 'tells all who share a failed listing, and onError once',
    isLaw: true,
    async check(host) {
      let fail!: (error: unknown) => void;
      let listings = 0;
      const errors: unknown[] = [];
      const options = {
        listDeployments: () =>
          ++listings === 1
            ? new Promise<Deployment[]>((_, reject) => (fail = reject))
            : Promise.reject(new Error(`listing ${listings}`)),
        onError: (error: unknown) => errors.push(error),
      };
      await withHost(host, options, async ({ ask, arrived }) => {
        const first = ask(PATH);
        await arrived(1);
        while (listings === 0) await new Promise((resolve) => setImmediate(resolve));
        const others = Array.from({ length: 20 }, () => ask(PATH));
        await arrived(21);
        fail(new Error('listing 1'));
        for (const reply of await Promise.all([first, ...others])) expectUnavailable(reply);
        expect(errors).toEqual([new Error('listing 1'), new Error('listing 2')]);
      });
    },
  },
  {
    name: 'goes on when clients leave in the middle',
    async check(host) {
      const listing = holdListing(inFlight('a'));
      const leave = new AbortController();
      const { signal } = leave;
      const { listDeployments, release } = listing;
      await withHost(host, { listDeployments, release }, async ({ ask, arrived }) => {
        const leaving = [ask(PATH, { signal })];
        await listing.hasStarted(1);
        leaving.push(
          ...Array.from({ length: 20 }, (_, index) =>
            ask(PATH, { signal, method: index % 2 === 0 ? 'HEAD' : 'GET' }),
          ),
        );
        const staying = ask(PATH);
        await arrived(22);
        leave.abort();
        expect(await Promise.allSettled(leaving)).toEqual(
          leaving.map(() => expect.objectContaining({ status: 'rejected' }) as unknown),
        );
        listing.release();
        expectCount(await staying, 1, ['a']);
        expectCount(await ask(PATH), 1, ['a']);
        expect(listing.started).toBe(3);
      });
    },
  },
];

/** Sends the same question many times on one connection, in one turn. */
function askTogether(ask: Ask): Promise<string[]> {
  return Promise.all(Array.from({ length: TOGETHER }, async () => (await ask(PATH)).body));
}

/**
 * Sends the same GET on many connections that are open already, in one turn, so that all of it is there when the
 * server looks next. Returns the bodies of the answers.
 */
async function requestTogether(port: number, path: string): Promise<string[]> {
  const sockets = Array.from({ length: TOGETHER }, () => connect(port, '127.0.0.1'));
  // A server that has answered one has accepted it.
  const exchange = async (socket: Socket, connection: string, target: string) => {
    socket.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: ${connection}\r\n\r\n`);
    return String(await once(socket, 'data'));
  };
  try {
    await Promise.all(sockets.map((socket) => exchange(socket, 'keep-alive', '/other')));
    const replies = await Promise.all(sockets.map((socket) => exchange(socket, 'close', path)));
    return replies.map((reply) => reply.slice(reply.indexOf('\r\n\r\n') + 4));
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}
