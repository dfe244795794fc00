import { endpoint, inFlight, nobody, silence, text } from '@quietgate/testkit/endpoint';
import { describe, expect, it } from 'vitest';
import { createNetwork } from '../src/network/create-network.ts';
import { eventually } from './eventually.ts';

const { fetch } = createNetwork({});
const redirect = (location: string, status = 302) => text(status, '', { location });
const KINDS = [301, 302, 303, 307, 308];

/** The same server by another name, and so another origin. */
const abroad = (url: string) => url.replace('127.0.0.1', 'localhost');

describe('a redirect', () => {
  it.each(KINDS)('of kind %i is followed to where it ends', async (kind) => {
    const end = await endpoint(inFlight(0));
    const { url } = await endpoint(redirect(`${end.url}/there?token=1#part`, kind));
    const answer = await fetch(`${url}/here`, {});
    expect(answer).toMatchObject({ status: 200, redirected: true, url: `${end.url}/there?token=1` });
    expect(end.requests.map(({ method, url }) => [method, url])).toEqual([['GET', '/there?token=1']]);
  });

  it('to a path in raw UTF-8 is followed there', async () => {
    const { url, requests } = await endpoint((response) => {
      response.socket?.end('HTTP/1.1 302 Found\r\nLocation: /café\r\nContent-Length: 0\r\n\r\n');
    }, inFlight(0));
    expect(await fetch(url, {})).toMatchObject({ status: 200, url: `${url}/caf%C3%A9` });
    expect(requests[1]?.url).toBe('/caf%C3%A9');
  });

  it.each([300, 304, 305, 306, 399])('is none with %i, as for fetch, wherever it points', async (status) => {
    const { url, requests } = await endpoint(redirect('/elsewhere', status), inFlight(0));
    expect(await fetch(`${url}/here`, {})).toMatchObject({ status, redirected: false, url: `${url}/here` });
    expect(requests).toHaveLength(1);
  });

  it.each(KINDS)('of kind %i is an answer like any other when it is not to be followed', async (kind) => {
    const { url, requests } = await endpoint(redirect('/elsewhere', kind));
    const answer = await fetch(`${url}/here`, { redirect: 'manual' });
    expect(answer).toMatchObject({ status: kind, redirected: false, url: `${url}/here` });
    expect(answer.headers.get('location')).toBe('/elsewhere');
    expect(requests).toHaveLength(1);
  });

  it.each([
    [301, 'PUT', 'PUT'],
    [302, 'DELETE', 'DELETE'],
    [303, 'DELETE', 'GET'],
    [307, 'PUT', 'PUT'],
    [308, 'DELETE', 'DELETE'],
  ])('of kind %i makes of a %s a %s', async (kind, method, then) => {
    const { url, requests } = await endpoint(redirect('/elsewhere', kind), inFlight(0));
    await fetch(url, { method });
    expect(requests.map((request) => request.method)).toEqual([method, then]);
  });

  it('may lead through twenty others, and no more', async () => {
    const twenty = Array<ReturnType<typeof redirect>>(20).fill(redirect('/on'));
    const { url } = await endpoint(...twenty, inFlight(0));
    expect((await fetch(url, {})).status).toBe(200);

    const more = await endpoint(...twenty, redirect('/on'), inFlight(0));
    await expect(fetch(more.url, {})).rejects.toMatchObject({
      message: `redirected to ${more.url}/on: ${new URL(more.url).host} redirects too often`,
      code: 'ERR_INVALID_REDIRECT',
    });
    expect(more.requests).toHaveLength(21);
  });

  it.each([
    [
      'to another scheme',
      'ftp://127.0.0.1/count',
      'redirects to where nobody can follow: ftp: is neither http nor https',
    ],
    [
      'to a file',
      'file:///etc/hostname',
      'redirects to where nobody can follow: file: is neither http nor https',
    ],
    ['to no URL', 'http://[', 'redirects to where nobody can follow: Location is not a URL'],
  ])('%s is a failure', async (_, location, why) => {
    const { url } = await endpoint(redirect(location));
    await expect(fetch(url, {})).rejects.toMatchObject({
      message: `${new URL(url).host} ${why}`,
      code: 'ERR_INVALID_REDIRECT',
    });
  });

  it('is followed although the rest of its response is broken', async () => {
    const { url } = await endpoint((response) => {
      const head = 'HTTP/1.1 302 Found\r\nLocation: /there\r\nTransfer-Encoding: chunked\r\n\r\n';
      response.socket?.end(`${head}no chunk\r\n`);
    }, inFlight(0));
    expect(await fetch(url, {})).toMatchObject({ status: 200, url: `${url}/there` });
  });

  it('without a Location is an answer like any other', async () => {
    const { url } = await endpoint(text(302), inFlight(0));
    expect(await fetch(url, {})).toMatchObject({ status: 302, redirected: false });
  });

  it('to a host that is down is not taken for the first one', async () => {
    const down = await nobody();
    const { url } = await endpoint(redirect(`${down}/login?token=s3cret#part`));
    const why = `redirected to ${down}/login: ${new URL(down).host} refused the connection (ECONNREFUSED)`;
    await expect(fetch(url, {})).rejects.toMatchObject({
      message: why,
      code: 'ECONNREFUSED',
      phase: 'connecting',
    });
  });

  it('closes the connection that it came by', async () => {
    const { url, requests } = await endpoint(redirect('/elsewhere'), silence);
    const calledOff = new AbortController();
    const answer = fetch(url, { signal: calledOff.signal });
    await eventually(() => requests.length).toBe(2);
    await eventually(() => requests[0]?.socket.destroyed).toBe(true);
    calledOff.abort('enough');
    await expect(answer).rejects.toBe('enough');
    await eventually(() => requests[1]?.socket.destroyed).toBe(true);
  });
});

describe('what is meant for one origin', () => {
  const { fetch } = createNetwork({}, { host: 'console.test' });
  const headers = {
    Authorization: 'Bearer s3cret',
    Cookie: 'a=b',
    'Proxy-Authorization': 'Basic s3cret',
    'X-Api-Key': 'key',
  };

  it('goes along to another page of it', async () => {
    const { url, requests } = await endpoint(redirect('/elsewhere'), inFlight(0));
    expect((await fetch(url, { headers })).url).toBe(`${url}/elsewhere`);
    expect(requests[1]?.headers).toMatchObject({
      authorization: 'Bearer s3cret',
      cookie: 'a=b',
      host: 'console.test',
      'x-api-key': 'key',
    });
  });

  it('goes to no other origin, nor back from there', async () => {
    const { url, requests } = await endpoint(
      (response, request) => {
        redirect(`${abroad(`http://127.0.0.1:${request.socket.localPort}`)}/abroad`)(response, request);
      },
      (response, request) => {
        redirect(`http://127.0.0.1:${request.socket.localPort}/back`)(response, request);
      },
      inFlight(0),
    );
    expect((await fetch(url, { headers })).url).toBe(`${url}/back`);
    const seen = requests.slice(1).map(({ headers }) => headers);
    expect(seen).toMatchObject([
      { host: new URL(abroad(url)).host, 'x-api-key': 'key' },
      { host: new URL(url).host, 'x-api-key': 'key' },
    ]);
    expect(JSON.stringify(seen)).not.toMatch(/s3cret|a=b|console\.test/);
  });
});
