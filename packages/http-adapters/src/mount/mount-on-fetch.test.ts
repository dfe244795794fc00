import { IN_FLIGHT_COUNT_PATH as PATH } from '@quietgate/core';
import { Hono } from 'hono';
import { mount } from 'hono/mount';
import { expect, test } from 'vitest';
import type { EndpointRequest } from '../endpoint/endpoint.ts';
import { inFlightCount } from '../fetch.ts';
import { mountOnFetch } from './mount-on-fetch.ts';

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

test.each([
  { url: `http://host${PATH}?a=/`, status: 200 },
  { url: `http://user:pass@host:8080${PATH}#a`, status: 200 },
  { url: `https://host/./x/..${PATH}`, status: 200 },
  { url: `http://host${PATH}/`, status: 404 },
  { url: `http://host${PATH}s`, status: 404 },
  { url: `http://host/x${PATH}`, status: 404 },
  { url: `http://host/?${PATH}`, status: 404 },
  { url: `http://host?a=//b${PATH}`, status: 404 },
  { url: 'http://host', status: 404 },
])('answers $url with $status', async ({ url, status }) => {
  const bare = Object.defineProperty(new Request('http://host'), 'url', { value: new URL(url).href });
  expect((await inFlightCount({ listDeployments })(bare)).status).toBe(status);
});

test.each([
  { url: 'http://host/a?b=c?d#e?f', query: 'b=c?d' },
  { url: 'http://host/a?#e', query: '' },
  { url: 'http://host/a#e?f', query: '' },
  { url: 'http://host?b', query: 'b' },
  { url: 'http://host/', query: '' },
])(
  'tells an endpoint the query of $url without its question mark, and of no header that is not there',
  async ({ url, query }) => {
    const asked: EndpointRequest[] = [];
    const handler = mountOnFetch([
      {
        path: false,
        methods: ['GET'],
        answer: (request) => {
          asked.push(request);
          return Promise.resolve({ status: 200, headers: {}, body: '' });
        },
      },
    ]);
    await handler(new Request(url));
    expect(asked.map((each) => each.query())).toEqual([query]);
    expect(asked).toMatchObject([{ prefer: undefined, authorization: undefined }]);
  },
);
