import { IN_FLIGHT_COUNT_PATH as PATH } from '@quietgate/core';
import { once } from 'node:events';
import { Agent, createServer, get, type RequestListener } from 'node:http';
import { type AddressInfo, createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, test, vi } from 'vitest';
import type { Answer, Endpoint, EndpointRequest } from '../endpoint/endpoint.ts';
import { inFlightCount } from '../node.ts';
import { mountOnNode } from './mount-on-node.ts';

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

describe('an endpoint of any kind', () => {
  const OK: Answer = { status: 200, headers: { 'Content-Length': '2' }, body: 'ok' };

  /** Answers on any path, and keeps what it was asked. */
  const recording = (answer: Answer = OK) => {
    const asked: (EndpointRequest & { left: AbortSignal | undefined })[] = [];
    const endpoint: Endpoint = {
      path: false,
      methods: ['GET'],
      answer: (request) => {
        asked.push({ ...request, left: request.signal() });
        return Promise.resolve(answer);
      },
    };
    return { asked, handler: mountOnNode([endpoint]) };
  };

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
    expect(asked).toMatchObject([{ query }]);
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
    });
  });

  test('is not told that a client leaves who has its answer', async () => {
    const { asked, handler } = recording();
    let hasClosed: Promise<unknown> | undefined;
    const get = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
    await exchange((request, response) => {
      handler(request, response);
      hasClosed = once(response, 'close');
    }, get);
    await hasClosed;
    expect(asked[0]?.left?.aborted).toBe(false);
  });

  test.each([
    { httpVersionMajor: undefined, closes: true },
    { httpVersionMajor: 1, closes: true },
    { httpVersionMajor: 2, closes: false }, // has no such header: Node would leave it out, and warn
  ])('closes the connection with its last answer, $closes over HTTP/$httpVersionMajor', async (given) => {
    const { handler } = recording({ ...OK, isLast: true });
    const response = bare();
    handler({ httpVersionMajor: given.httpVersionMajor }, response);
    await vi.waitFor(() => {
      expect(response.end).toHaveBeenCalledWith('ok');
    });
    const headers = given.closes ? { ...OK.headers, Connection: 'close' } : OK.headers;
    expect(response.writeHead.mock.calls).toEqual([[200, headers]]);
  });
});
