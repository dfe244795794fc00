import { createAdaptorServer } from '@hono/node-server';
import { IN_FLIGHT_COUNT_PATH as PATH } from '@quietgate/core';
import { Hono } from 'hono';
import { mount } from 'hono/mount';
import { expect, test, vi } from 'vitest';
import { describeAdapter } from './adapter-contract.ts';
import { inFlightCount } from './fetch.ts';

describeAdapter({
  name: 'fetch, in Hono',
  createServer(options) {
    const app = new Hono();
    const answer = inFlightCount(options);
    app.all(options.path ?? PATH, (context) => answer(context.req.raw));
    return createAdaptorServer(app);
  },
});

describeAdapter({
  name: "fetch, by itself under Hono's Node server",
  createServer: (options) => createAdaptorServer({ fetch: inFlightCount(options) }),
});

const listDeployments = () => [{ id: 'a', status: 'pending' }];

test('answers below a path that the framework takes off', async () => {
  const app = new Hono().all('/ops/*', mount(inFlightCount({ listDeployments })));
  const response = await app.request(`/ops${PATH}?a`);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ count: 1, ids: ['a'] });
});

test.each([
  { method: 'GET', path: PATH, status: 200, body: '{"count":1,"ids":["a"]}', length: '23' },
  { method: 'HEAD', path: PATH, status: 200, body: '', length: '23' },
  { method: 'OPTIONS', path: PATH, status: 405, body: '{"error":"method not allowed"}', length: '30' },
  { method: 'GET', path: '/', status: 404, body: '{"error":"not found"}', length: '21' },
  { method: 'HEAD', path: '/', status: 404, body: '', length: '21' },
])('answers $method $path with a web-standard $status', async ({ method, path, status, body, length }) => {
  const response = await inFlightCount({ listDeployments })(new Request(`http://host${path}`, { method }));
  expect(response.status).toBe(status);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'content-length': length,
  });
  expect(await response.text()).toBe(body);
  expect(response.body === null).toBe(body === '');
});

test('hands each response headers of its own, which a server may write into', async () => {
  const lengths: (string | undefined)[] = [];
  const Response = function (_: unknown, { headers }: { headers: Record<string, string> }) {
    lengths.push(headers['Content-Length']);
    headers['Content-Length'] = '0';
  };
  vi.stubGlobal('Response', Response);
  const answer = inFlightCount({ listDeployments });
  await Promise.all([1, 2].map(() => answer(new Request(`http://host${PATH}`))));
  await Promise.all([1, 2].map(() => answer(new Request('http://host/'))));
  vi.unstubAllGlobals();
  expect(lengths).toEqual(['23', '23', '21', '21']);
});
