import { IN_FLIGHT_COUNT_PATH as PATH } from '@quietgate/core';
import { once } from 'node:events';
import { Agent, createServer, get, type RequestListener } from 'node:http';
import { type AddressInfo, createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test, vi } from 'vitest';
import { inFlightCount } from '../node.ts';

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
