import type { Deployment } from '@quietgate/core';
import type { Server } from 'node:http';
import type { Http2Server } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { InFlightCountOptions } from '../src/endpoint/options.ts';
import type { HeldListing } from './listing.ts';
import { type Ask, http1Client, http2Client } from './client.ts';

/** A server with an endpoint in it, made with its options: what a suite is applied to. */
export interface Host<O = InFlightCountOptions<Deployment>> {
  readonly name: string;
  /** What its framework puts before the endpoint's path. */
  readonly prefix?: string;
  /** Whether it is asked by HTTP/2. */
  readonly http2?: boolean;
  /** Whether an answer can close its connection; not over HTTP/2, nor by `fetch`. @default true */
  readonly closesConnections?: boolean;
  /** Whether the laws of the endpoint itself are checked on it, too; one host is enough. @default false */
  readonly checksLaws?: boolean;
  /** Makes the server; the suite lets it listen and closes it. */
  createServer(options: O): ServerOfHost | Promise<ServerOfHost>;
}

export type ServerOfHost = Server | Http2Server;

/** A host that listens. */
export interface RunningHost {
  readonly port: number;
  /** Asks for a path, without the host's prefix. */
  readonly ask: Ask;
  /** The same, one question after the other on one connection. */
  readonly askInTurn: Ask;
  /** The headers by which a client asks to keep its connection. */
  readonly keepAlive: Readonly<Record<string, string>>;
  /** Resolves once `count` requests in all have reached the framework. */
  readonly arrived: (count: number) => Promise<void>;
}

/** Something that must hold for every host, over real sockets. */
export interface Check<O = InFlightCountOptions<Deployment>> {
  readonly name: string;
  /** Whether it is a law of the endpoint itself, that no host can break. @default false */
  readonly isLaw?: boolean;
  readonly check: (host: Host<O>) => Promise<void>;
}

/** Runs `work` against a host that listens on loopback, and takes it down again, with the listings that are held. */
export async function withHost<O extends object>(
  host: Host<O>,
  { release, ...options }: O & Partial<Pick<HeldListing, 'release'>>,
  work: (running: RunningHost) => Promise<void>,
): Promise<void> {
  const server: Server | Http2Server = await host.createServer(options as unknown as O);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  const arrived = countArrivals(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = host.http2 === true ? http2Client(port) : http1Client(port);
  try {
    const { prefix = '' } = host;
    const below =
      (ask: Ask): Ask =>
      (path, question) => {
        const reply = ask(prefix + path, question);
        reply.catch(() => undefined); // a check that fails may leave some behind
        return reply;
      };
    const keepAlive = host.http2 === true ? {} : { Connection: 'keep-alive' };
    await work({ port, arrived, ask: below(client.ask), askInTurn: below(client.askInTurn), keepAlive });
  } finally {
    release?.();
    client.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

function countArrivals(server: ServerOfHost): RunningHost['arrived'] {
  const waiting = new Set<{ readonly count: number; readonly resolve: () => void }>();
  let arrivals = 0;
  server.on('request', () => {
    arrivals++;
    for (const each of waiting) if (arrivals >= each.count) each.resolve();
  });
  return (count) =>
    new Promise((resolve) => {
      if (arrivals >= count) resolve();
      else waiting.add({ count, resolve });
    });
}
