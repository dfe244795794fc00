import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { onTestFinished } from 'vitest';

export type Respond = (response: ServerResponse, request: IncomingMessage) => void;

/** A server on loopback that notes what it was asked. */
export interface Endpoint {
  readonly url: string;
  readonly requests: IncomingMessage[];
  /** Resolves once it has been asked so many times. */
  readonly asked: (times: number) => Promise<void>;
}

/** Gives each answer once, in order, and the last one for ever. Closed when the test ends. */
export async function endpoint(...answers: readonly Respond[]): Promise<Endpoint> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    server.emit('asked');
    const answer = answers[Math.min(requests.length, answers.length) - 1];
    answer?.(response, request);
  });
  const asked = async (times: number) => {
    while (requests.length < times) await once(server, 'asked');
  };
  return { url: `http://127.0.0.1:${await listen(server)}`, requests, asked };
}

/** Listens on a free port of loopback until the test ends. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** 200 with a count; the ids are generated unless they are given. */
export function inFlight(count: number, ids: readonly string[] = numberedIds(count)): Respond {
  return json({ count, ids });
}

export function json(body: unknown): Respond {
  return text(200, JSON.stringify(body), { 'content-type': 'application/json' });
}

export function text(status: number, body = '', headers: Record<string, string> = {}): Respond {
  return (response) => {
    response.writeHead(status, headers).end(body);
  };
}

/** A count from a server that knows long polls: it says how long it would hold the request at most. */
export function longPolled(count: number, waitSeconds = 0): Respond {
  const ids = numberedIds(count);
  const headers = { 'content-type': 'application/json', 'preference-applied': `wait=${waitSeconds}` };
  return text(200, JSON.stringify({ count, ids }), headers);
}

/** Takes the question and never answers. */
export const silence: Respond = () => undefined;

/** Drops the connection. */
export const reset: Respond = (response) => {
  response.destroy();
};

/** A 503 that passes at once. */
export const busy: Respond = text(503, 'busy', { 'retry-after': '0' });

function numberedIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `run-${index + 1}`);
}

/** An address on loopback where nobody listens, nor can: its port is taken, by an end of a connection. */
export async function nobody(): Promise<string> {
  const socket = connect(await listen(createServer()), '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, 'connect');
  return `http://127.0.0.1:${socket.localPort}`;
}

/** A free port below those that systems give to servers that take any, as other tests do meanwhile. */
export async function portOfItsOwn(): Promise<number> {
  for (let port = 20_000 + (process.pid % 10_000); ; port++) {
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    server.close();
    if (isFree) return port;
  }
}
