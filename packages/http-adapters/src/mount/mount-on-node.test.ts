import { IN_FLIGHT_COUNT_PATH as PATH } from '@quietgate/core';
import express from 'express';
import express4 from 'express4';
import { EventEmitter, once } from 'node:events';
import { Agent, createServer, get, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, createConnection, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, test, vi } from 'vitest';
import type { EndpointResponse, Endpoint, EndpointRequest } from '../endpoint/endpoint.ts';
import { inFlightCount } from '../node.ts';
import { mountOnNode, type NodeHandler } from './mount-on-node.ts';

/** How long something may take, on a machine that is busy. */
const LIMIT = { timeout: 60_000 };

const listDeployments = () => [{ id: 'a', status: 'pending' }];

/** A server of the handler, to be asked as it stands on the wire. */
async function exchange(handler: RequestListener, request: string): Promise<string> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = createConnection((server.address() as AddressInfo).port, '127.0.0.1');
  try {
    return await text(socket.end(request));
  } finally {
    socket.destroy();
    server.close();
  }
}

/** A server of the handler, and a client that is connected to it. */
async function withClient(
  handler: RequestListener,
  work: (
    client: Socket,
    arrived: (requests: number) => Promise<void>,
    responses: readonly ServerResponse[],
  ) => Promise<void>,
): Promise<void> {
  const responses: ServerResponse[] = [];
  const server = createServer((request, response) => {
    responses.push(response);
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = createConnection((server.address() as AddressInfo).port, '127.0.0.1');
  const arrived = async (requests: number) => {
    while (responses.length < requests) await once(server, 'request');
  };
  try {
    await work(client, arrived, responses);
  } finally {
    client.destroy();
    server.close();
  }
}

function newest(responses: readonly ServerResponse[]): ServerResponse {
  const response = responses.at(-1);
  if (response === undefined) throw new Error('there has been no request');
  return response;
}

test('understands a proxy that asks in absolute form', async () => {
  const handler = inFlightCount({ listDeployments });
  const get = (target: string) =>
    exchange(handler, `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  expect(await get(`http://gate.example${PATH}?a`)).toContain('{"count":1,"ids":["a"]}');
  const withSlash = inFlightCount({ listDeployments, path: '/count/' });
  const absolute = 'GET http://gate.example/count/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
  expect(await exchange(withSlash, absolute)).toMatch(/^HTTP\/1\.1 200 /);
  expect(await get('http://gate.example/')).toMatch(/^HTTP\/1\.1 404 /);
  expect(await get('http://')).toMatch(/^HTTP\/1\.1 404 /);
  expect(await get(`//${PATH}`)).toMatch(/^HTTP\/1\.1 404 /);
});

test('answers other paths with 404, as JSON, when there is no next', async () => {
  const get = await exchange(
    inFlightCount({ listDeployments }),
    'GET /other HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
  );
  expect(get).toMatch(/^HTTP\/1\.1 404 /);
  expect(get).toContain(
    'Content-Type: application/json\r\nCache-Control: no-store\r\nContent-Length: 21\r\n',
  );
  expect(get).toMatch(/\{"error":"not found"\}$/);
});

test('leaves a response alone that something else has answered meanwhile', async () => {
  const handler = inFlightCount({ listDeployments });
  const next = vi.fn();
  const get = `GET ${PATH} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
  const reply = await exchange((request, response) => {
    handler(request, response, next);
    response.writeHead(504).end('too late');
  }, get);
  expect(reply).toMatch(/^HTTP\/1\.1 504 [^]*too late/);
  // The answer to a later request comes after the answer to the first.
  expect(await exchange(handler, get)).toMatch(/^HTTP\/1\.1 200 /);
  expect(next).not.toHaveBeenCalled();
});

test("takes what Node's types allow, a request without a method and a target, for GET /", async () => {
  const body = await new Promise((end) => {
    const response = { headersSent: false, writeHead: () => undefined, end };
    inFlightCount({ listDeployments, path: '/' })({}, response);
  });
  expect(body).toBe('{"count":1,"ids":["a"]}');
});

test('hands to next what another middleware throws into the head', async () => {
  const error = new Error('a header that cannot be set');
  const next = await new Promise((resolve) => {
    const response = {
      headersSent: false,
      writeHead: () => {
        throw error;
      },
      end: () => undefined,
    };
    inFlightCount({ listDeployments })({ method: 'GET', url: PATH }, response, resolve);
  });
  expect(next).toBe(error);
});

test('lets the server close while a client is held and goes on asking', async () => {
  const closing = new AbortController();
  const handler = inFlightCount({ listDeployments, signal: closing.signal, relistMs: 60_000 });
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (prefer: string) =>
    new Promise<number>((resolve, reject) => {
      get(url, { agent, headers: { prefer } }, (response) => {
        response.resume().on('end', () => {
          resolve(response.statusCode ?? 0);
        });
      }).on('error', reject);
    });
  expect(await ask('wait=0')).toBe(200);
  const held = ask('wait=20');
  await once(server, 'request');
  const closed = once(server, 'close');
  closing.abort();
  server.close();
  expect(await held).toBe(200);
  await closed;
  agent.destroy();
});

test.each<[string, (handler: NodeHandler) => RequestListener]>([
  ['Node’s http', (handler) => handler],
  ['Express 5', (handler) => express().use(handler)],
  ['Express 4', (handler) => express4().use(handler)],
])('%s closes without a signal, although a client is held and goes on asking', async (_, hostOf) => {
  let listings = 0;
  const listed = () => (listings++, listDeployments());
  const handler = hostOf(inFlightCount({ listDeployments: listed, relistMs: 1, maxHoldMs: 3_600_000 }));
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (prefer: string) =>
    new Promise<unknown>((resolve, reject) => {
      get(url, { agent, headers: { prefer } }, (response) => {
        response.resume().on('end', () => {
          resolve(response.headers.connection);
        });
      }).on('error', reject);
    });
  expect(await ask('wait=0')).toBe('keep-alive');
  const held = ask('wait=3600');
  await vi.waitFor(() => {
    expect(listings).toBeGreaterThan(2);
  }, LIMIT);
  const closed = once(server, 'close');
  server.close();
  expect(await held).toBe('close');
  await closed;
  agent.destroy();
});

describe('an endpoint of any kind', () => {
  const OK: EndpointResponse = { status: 200, headers: { 'Content-Length': '2' }, body: 'ok' };

  /** Answers on any path, and keeps what it was asked. */
  const recording = (answer: EndpointResponse | Promise<EndpointResponse> = OK) => {
    const asked: (EndpointRequest & { left: AbortSignal | undefined; hadLeft: boolean | undefined })[] = [];
    const endpoint: Endpoint = {
      path: false,
      methods: ['GET'],
      answer: (request) => {
        const left = request.signal();
        asked.push({ ...request, left, hadLeft: left?.aborted });
        return Promise.resolve(answer);
      },
    };
    return { asked, handler: mountOnNode([endpoint]) };
  };

  const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

  const NEVER = new Promise<EndpointResponse>(() => undefined);

  /** A response that is none of Node's, with the least that is needed of one. */
  const bare = () => ({ headersSent: false, writeHead: vi.fn(), end: vi.fn() });

  test.each([
    { url: '/a?b=c?d', query: 'b=c?d' },
    { url: '/a?', query: '' },
    { url: '/a', query: '' },
    { url: '?b', query: 'b' },
    { url: 'http://host/a?b=c', query: 'b=c' },
    { url: 'http://host', query: '' },
  ])('is told the query of $url without its question mark', ({ url, query }) => {
    const { asked, handler } = recording();
    handler({ url }, bare());
    expect(asked.map((each) => each.query())).toEqual([query]);
  });

  test('is told the values of a header that was sent several times as one', () => {
    const { asked, handler } = recording();
    handler({ headers: { prefer: ['wait=5', 'respond-async'], authorization: ['a', 'b'] } }, bare());
    expect(asked).toMatchObject([{ prefer: 'wait=5,respond-async', authorization: 'a,b' }]);
    handler({ headers: { prefer: 'wait=5' } }, bare());
    expect(asked[1]).toMatchObject({ prefer: 'wait=5', authorization: undefined });
  });

  test('is not told that a client leaves where the response cannot tell', async () => {
    const { asked, handler } = recording();
    const response = bare();
    handler({}, response);
    expect(asked[0]?.left?.aborted).toBe(false);
    await vi.waitFor(() => {
      expect(response.end).toHaveBeenCalledWith('ok');
    }, LIMIT);
  });

  test('is told at once of a client that has left before it was asked', async () => {
    const { asked, handler } = recording();
    const late: RequestListener = (request, response) => {
      response.once('close', () => {
        handler(request, response);
      });
    };
    await withClient(late, async (client, arrived, responses) => {
      client.write(GET);
      await arrived(1);
      client.destroy();
      await once(newest(responses), 'close');
    });
    expect(asked[0]?.hadLeft).toBe(true);
  });

  test('is told at once where something else has answered before it was asked', async () => {
    const { asked, handler } = recording();
    await exchange((request, response) => {
      response.end('overloaded');
      handler(request, response);
    }, GET);
    expect(asked[0]?.hadLeft).toBe(true);
  });

  test('is told when something else answers meanwhile', async () => {
    const { asked, handler } = recording(NEVER);
    await withClient(handler, async (client, arrived, responses) => {
      client.write(GET);
      await arrived(1);
      newest(responses).end('overloaded');
      await once(newest(responses), 'close');
    });
    expect(asked[0]?.left?.aborted).toBe(true);
  });

  test('is told of a client that leaves with several requests on one connection', async () => {
    const { asked, handler } = recording(NEVER);
    await withClient(handler, async (client, arrived, responses) => {
      client.write(GET.repeat(3));
      await arrived(3);
      const { socket } = newest(responses).req;
      client.destroy();
      await once(socket, 'close');
    });
    expect(asked.map(({ left }) => left?.aborted)).toEqual([true, true, true]);
  });

  test('is told of a response that closes, of whichever kind', () => {
    const { asked, handler } = recording(NEVER);
    const response = Object.assign(new EventEmitter(), bare());
    handler({}, response);
    response.emit('close');
    expect([asked[0]?.hadLeft, asked[0]?.left?.aborted]).toEqual([false, true]);
  });

  test('has one listener on a connection, however many requests wait on it', async () => {
    const { handler } = recording(NEVER);
    await withClient(handler, async (client, arrived, responses) => {
      client.write(GET);
      await arrived(1);
      const { socket } = newest(responses).req;
      const listeners = socket.listenerCount('close');
      client.write(GET.repeat(29));
      await arrived(30);
      expect(socket.listenerCount('close')).toBe(listeners);
    });
  });

  test('forgets a response that has closed, on a connection that goes on', () => {
    const abort = vi.spyOn(AbortController.prototype, 'abort');
    const { handler } = recording(NEVER);
    const socket = new EventEmitter();
    const response = Object.assign(new EventEmitter(), bare(), { req: { socket } });
    handler({}, response);
    response.emit('close');
    socket.emit('close');
    expect(abort).toHaveBeenCalledTimes(1);
    abort.mockRestore();
  });

  test('leaves no listener on a connection that goes on', async () => {
    const { handler } = recording();
    const listeners: number[] = [];
    await withClient(handler, async (client, arrived, responses) => {
      for (let requests = 1; requests <= 3; requests++) {
        client.write(GET);
        await arrived(requests);
        const response = newest(responses);
        listeners.push(response.req.socket.listenerCount('close'));
        if (!response.closed) await once(response, 'close');
      }
    });
    expect(new Set(listeners).size).toBe(1);
  });

  const from = (listening: unknown) => ({ socket: { server: { listening } } });

  test.each([
    { request: {}, isLast: true, closes: true },
    { request: { httpVersionMajor: 1 }, isLast: true, closes: true },
    { request: { httpVersionMajor: 2 }, isLast: true, closes: false }, // has no such header: Node would leave it out, and warn
    { request: from(false), isLast: false, closes: true },
    { request: { ...from(false), httpVersionMajor: 2 }, isLast: false, closes: false },
    { request: from(true), isLast: false, closes: false },
    { request: from(undefined), isLast: false, closes: false },
    { request: { socket: undefined }, isLast: false, closes: false },
  ])(
    'closes the connection, $closes, of $request with an answer that is the last, $isLast',
    async (given) => {
      const { request, isLast, closes } = given;
      const { handler } = recording(isLast ? { ...OK, isLast } : OK);
      const response = bare();
      handler(request, response);
      await vi.waitFor(() => {
        expect(response.end).toHaveBeenCalledWith('ok');
      }, LIMIT);
      const headers = closes ? { ...OK.headers, Connection: 'close' } : OK.headers;
      expect(response.writeHead.mock.calls).toEqual([[200, headers]]);
    },
  );
});
