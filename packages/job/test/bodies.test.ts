import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { endpoint, type Respond } from '@quietgate/testkit/endpoint';
import { describe, expect, it } from 'vitest';
import { createNetwork } from '../src/network/create-network.ts';
import { bodyOf } from './body-of.ts';
import { eventually } from './eventually.ts';

const ask = (url: string, init: RequestInit = {}) => createNetwork({}).fetch(url, init);
const encoded =
  (encoding: string, bytes: string | Uint8Array = ''): Respond =>
  (response) =>
    response.writeHead(200, { 'content-encoding': encoding }).end(bytes);

const COUNT = '{"count":3}';
const FIVE_TIMES = Array<typeof gzipSync>(5)
  .fill(gzipSync)
  .reduce((bytes, gzip) => gzip(bytes), Buffer.from(COUNT));

describe('a body', () => {
  it.each<[encoding: string, bytes: string | Uint8Array]>([
    ['gzip', gzipSync(COUNT)],
    ['X-GZip', gzipSync(COUNT)],
    ['br', brotliCompressSync(COUNT)],
    ['deflate', deflateSync(COUNT)],
    ['deflate', deflateRawSync(COUNT)],
    ['deflate, br', brotliCompressSync(deflateSync(COUNT))],
    [', deflate ,identity,gzip', gzipSync(deflateRawSync(COUNT))],
    ['gzip,gzip,gzip,gzip,gzip', FIVE_TIMES],
    ['identity', COUNT],
    ['x-rot13', COUNT],
  ])('in %s is read', async (encoding, bytes) => {
    const { url } = await endpoint(encoded(encoding, bytes));
    expect(await bodyOf(await ask(url))).toBe(COUNT);
  });

  it('in more layers than anybody needs is not unwrapped', async () => {
    const { url } = await endpoint(encoded('gzip, '.repeat(6)));
    await expect(bodyOf(await ask(url))).rejects.toThrow('compressed more than 5 times');
  });

  it.each(['gzip', 'deflate', 'br'])('in %s is not empty', async (encoding) => {
    const { url } = await endpoint(encoded(encoding));
    await expect(bodyOf(await ask(url))).rejects.toThrow(
      'sent a compressed body that ends too early (Z_BUF_ERROR)',
    );
  });

  it.each(['identity', 'gzip', 'deflate', 'br'])(
    'in %s that breaks off fails its request',
    async (encoding) => {
      const { url, requests } = await endpoint((response) => {
        response.writeHead(200, { 'content-encoding': encoding }).flushHeaders();
      });
      const { fetch, failure } = createNetwork({});
      const body = bodyOf(await fetch(url, {})).catch((error: unknown) => error);
      requests[0]?.socket.destroy();
      const error = await body;
      expect(String(error)).toBe(
        `NetworkError: ${new URL(url).host} closed the connection in the middle of the response (ECONNRESET)`,
      );
      expect(failure()).toBe(error);
    },
  );

  it('that is cancelled while it is waited for takes its connection with it', async () => {
    const { url, requests } = await endpoint((response) => void response.writeHead(200).write('{'));
    const reader = (await ask(url)).body?.getReader();
    await reader?.read();
    const next = reader?.read();
    await reader?.cancel();
    expect(await next).toEqual({ done: true, value: undefined });
    await eventually(() => requests[0]?.socket.destroyed).toBe(true);
  });

  it('is called off with the reason of the signal', async () => {
    const { url } = await endpoint((response) => void response.writeHead(200).write('{'));
    const calledOff = new AbortController();
    const body = bodyOf(await ask(url, { signal: calledOff.signal }));
    calledOff.abort(new Error('enough'));
    await expect(body).rejects.toThrow('enough');
  });
});
