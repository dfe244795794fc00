import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

/** What a server does to its clients, byte by byte. */
export interface Behaviour {
  /** Done to each connection at once, before a request is read. */
  readonly accept?: (wire: Wire) => void;
  /** Done when the head of a request has come in. */
  readonly answer?: (wire: Wire, request: Request) => void;
  /** Speaks TLS with this certificate, as far as the handshake; what comes after it is never answered. */
  readonly tls?: TlsOptions;
}

export interface Request {
  readonly path: string;
  /** The whole head, as it came. */
  readonly head: string;
  /** Which request to this server it is, from 1. */
  readonly number: number;
}

/** The server's end of one connection. */
export interface Wire {
  send(bytes: string | Uint8Array): void;
  /** Sends a whole response, after which the client may keep the connection for the next request. */
  respond(status: number, headers: Record<string, string>, body?: string | Uint8Array): void;
  /** Sends a piece every few milliseconds, until the client has gone. */
  drip(piece: () => string): void;
  /** Sends pieces as fast as the client takes them, until it has gone. */
  flood(piece: () => Uint8Array | string): void;
  /** Ends the connection as if all had been said. */
  end(): void;
  /** Closes it, and takes nothing more. */
  close(): void;
  /** Breaks it off with a TCP reset. */
  reset(): void;
}

export interface HostileServer {
  readonly origin: string;
  /** Heads of the requests that have come in. */
  readonly requests: readonly Request[];
  /** Bytes handed to the operating system so far. */
  readonly bytesSent: () => number;
  /** Connections that the client has not let go of, although they are of no use any more. */
  readonly openConnections: () => number;
  /** Resolves once the client has let go of all connections, those of use for another request included. */
  readonly vacated: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const DRIP_EVERY_MS = 5;

/**
 * Starts a server on loopback that misbehaves to order. It never closes a connection unless told to, and nothing of
 * it keeps the process alive, so what stays open or alive is the client's doing.
 */
export async function startHostileServer(behaviour: Behaviour): Promise<HostileServer> {
  const { accept, answer, tls } = behaviour;
  const connections = new Set<Socket>();
  // Node's fetch keeps these for the next request, for a few seconds, without keeping the process alive for them:
  // connections whose last response was whole, and spare ones that it opens in place of one that it broke off.
  const reusable = new Set<Socket>();
  const requests: Request[] = [];
  let bytesOfTheGone = 0;

  const serve = (socket: Socket) => {
    const wire = wireOf(socket, () => reusable.add(socket));
    let received = '';
    reusable.add(socket);
    socket.on('data', (bytes: Buffer) => {
      reusable.delete(socket);
      received += bytes.toString('latin1');
      for (let end = received.indexOf(END_OF_HEAD); end >= 0; end = received.indexOf(END_OF_HEAD)) {
        const head = received.slice(0, end);
        received = received.slice(end + END_OF_HEAD.length);
        const request = { path: head.split(' ', 2)[1] ?? '', head, number: requests.length + 1 };
        requests.push(request);
        answer?.(wire, request);
      }
    });
    accept?.(wire);
  };

  const server = tls === undefined ? createServer() : createTlsServer(tls);
  server.on('connection', (connection: Socket) => {
    connection.unref();
    connections.add(connection);
    connection.on('error', () => undefined); // the client may go whenever it likes
    connection.on('close', () => {
      connections.delete(connection);
      bytesOfTheGone += connection.bytesWritten;
    });
    if (tls === undefined) serve(connection);
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');

  return {
    origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    bytesSent: () => [...connections].reduce((sum, { bytesWritten }) => sum + bytesWritten, bytesOfTheGone),
    openConnections: () => [...connections].filter((connection) => !reusable.has(connection)).length,
    vacated: async () => {
      for (const connection of connections) {
        await new Promise((resolve) => connection.once('close', resolve));
      }
    },
    close: async () => {
      for (const connection of connections) connection.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

const END_OF_HEAD = '\r\n\r\n';

/** The bytes of a response's head, well formed. */
export function headOf(status: number, headers: Record<string, string>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${String(status).padStart(3, '0')} Whatever\r\n${lines.join('')}\r\n`;
}

function wireOf(socket: Socket, whenReusable: () => void): Wire {
  return {
    send: (bytes) => void socket.write(bytes),
    respond(status, headers, body = '') {
      whenReusable();
      const bytes = Buffer.from(body);
      const length = status === 204 || status === 304 ? {} : { 'Content-Length': String(bytes.length) };
      socket.write(Buffer.concat([Buffer.from(headOf(status, { ...length, ...headers }), 'latin1'), bytes]));
    },
    drip(piece) {
      const timer = setInterval(() => socket.write(piece()), DRIP_EVERY_MS).unref();
      socket.on('close', () => {
        clearInterval(timer);
      });
    },
    flood(piece) {
      const pour = () => {
        while (!socket.destroyed && socket.write(piece()));
      };
      socket.on('drain', pour);
      pour();
    },
    end: () => void socket.end(),
    close: () => void socket.destroy(),
    reset: () => void socket.resetAndDestroy(),
  };
}
