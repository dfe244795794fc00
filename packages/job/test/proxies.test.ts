import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { endpoint, inFlight, listen, nobody, text } from '@quietgate/testkit/endpoint';
import { proxy, secureEndpoint } from '@quietgate/testkit/proxy';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createNetwork } from '../src/network/create-network.ts';
import { trustTestServers } from './trust-test-servers.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** A proxy that does one thing to whoever wants a tunnel. */
async function proxyThat(answers: (socket: Socket) => void): Promise<string> {
  const server: Server = createServer().on('connect', (_, socket: Socket) => {
    answers(socket);
  });
  return `127.0.0.1:${await listen(server)}`;
}

describe('a proxy', () => {
  it('that opens no tunnel is named, with what it says', async () => {
    const { host } = await proxy({ credentials: 'user:another' });
    const { fetch } = createNetwork({ HTTPS_PROXY: `http://user:s3cret@${host}` });
    await expect(fetch('https://console.test/count?token=s3cret', {})).rejects.toThrow(
      new RegExp(
        `^the proxy in HTTPS_PROXY \\(${host}\\) refused to connect to console\\.test: ` +
          '407 Proxy Authentication Required$',
      ),
    );
  });

  it('for http that lets nobody through has a status', async () => {
    const { host } = await proxy({ credentials: 'user:another' });
    const { fetch } = createNetwork({ http_proxy: `http://${host}` });
    expect(await fetch('http://console.test', {})).toMatchObject({ status: 407 });
  });

  it('for http is asked for the host of the URL, whatever Host says', async () => {
    const { url, requests } = await endpoint(inFlight(0));
    const through = await proxy();
    await createNetwork({ http_proxy: `http://${through.host}` }, { host: 'console.test' }).fetch(url, {});
    expect(through.requests.map(({ line }) => line)).toEqual([`GET ${url}/`]);
    expect(requests[0]?.headers.host).toBe('console.test');
  });

  it('that is down is named', async () => {
    const down = new URL(await nobody()).host;
    for (const scheme of ['http', 'https']) {
      const { fetch } = createNetwork({ all_proxy: `http://user:s3cret@${down}` });
      await expect(fetch(`${scheme}://console.test`, {})).rejects.toThrow(
        `the proxy in all_proxy (${down}) refused the connection (ECONNREFUSED)`,
      );
    }
  });

  it('leads to a server whose certificate is not trusted, and that is said of the server', async () => {
    const port = await secureEndpoint(inFlight(0));
    const { host } = await proxy();
    const { fetch } = createNetwork({ https_proxy: `http://${host}` });
    await expect(fetch(`https://console.test:${port}`, {})).rejects.toThrow(
      `console.test:${port} (through the proxy in https_proxy) has a certificate that is not trusted: self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT)`,
    );
  });

  it('knows what a proxy wants that opens no tunnel without credentials', async () => {
    const { host } = await proxy({ credentials: 'user:another' });
    const { fetch, failure } = createNetwork({ HTTPS_PROXY: `http://${host}` });
    await expect(fetch('https://console.test', {})).rejects.toThrow('407');
    expect(failure()?.remedy).toBe(
      'Put the user name and the password that the proxy wants into HTTPS_PROXY.',
    );
  });

  it('that opens no tunnel for another reason wants nothing of the sort', async () => {
    const host = await proxyThat((socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
    const { fetch } = createNetwork({ https_proxy: `http://${host}` });
    await expect(fetch('https://console.test', {})).rejects.toMatchObject({
      message: `the proxy in https_proxy (${host}) refused to connect to console.test: 403 Forbidden`,
      code: 'ERR_TUNNEL_REFUSED',
      remedy: undefined,
    });
  });

  it('that hangs up is named', async () => {
    const host = await proxyThat((socket) => socket.end());
    const { fetch } = createNetwork({ https_proxy: `http://${host}` });
    await expect(fetch('https://console.test', {})).rejects.toThrow(
      new RegExp(`^the proxy in https_proxy \\(${host}\\) closed the connection$`),
    );
  });

  it('whose tunnel breaks is no more than a failure', async () => {
    const host = await proxyThat((socket) => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n', () => socket.resetAndDestroy());
    });
    const { fetch } = createNetwork({ https_proxy: `http://${host}` });
    await expect(fetch('https://console.test', {})).rejects.toThrow(
      'console.test (through the proxy in https_proxy) closed the connection in the TLS handshake (ECONNRESET)',
    );
  });

  it('that cannot be used is said to be, where only a redirect needs it too', async () => {
    const { url } = await endpoint(text(302, '', { location: 'https://console.test/login?token=s3cret' }));
    const { fetch } = createNetwork({ https_proxy: 'socks5://u:s3cret@a' });
    const why =
      'console.test could not be asked: https_proxy takes an http or https proxy, as in http://proxy.example.com:3128';
    await expect(fetch('https://console.test', {})).rejects.toMatchObject({
      message: why,
      phase: 'resolving',
    });
    await expect(fetch(url, {})).rejects.toMatchObject({
      message: `redirected to https://console.test/login: ${why}`,
      phase: 'resolving',
    });
  });
});

describe('an https URL', () => {
  it('is asked through the tunnel of a proxy', async () => {
    trustTestServers();
    const port = await secureEndpoint(inFlight(0));
    const through = await proxy();
    const { fetch } = createNetwork({ https_proxy: `http://${through.host}` });
    expect(await fetch(`https://console.test:${port}`, {})).toMatchObject({ status: 200 });
    expect(through.requests.map(({ line }) => line)).toEqual([`CONNECT console.test:${port}`]);
  });

  it('of an IP address must have a certificate for that address, behind a tunnel too', async () => {
    trustTestServers();
    const port = await secureEndpoint(inFlight(0));
    // A name that is in the certificate, though not the one to look for.
    const host = (await proxy()).host.replace('127.0.0.1', 'localhost');
    const { fetch } = createNetwork({ https_proxy: `http://${host}` });
    expect(await fetch(`https://127.0.0.1:${port}`, {})).toMatchObject({ status: 200 });
    await expect(fetch(`https://127.0.0.2:${port}`, {})).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      message: expect.stringContaining("IP: 127.0.0.2 is not in the cert's list") as unknown,
    });
  });

  it.each(['http_proxy', 'https_proxy'])(
    'that is not for the proxy in %s is asked directly',
    async (variable) => {
      trustTestServers();
      const port = await secureEndpoint(inFlight(0));
      const through = await proxy();
      const { fetch } = createNetwork({ [variable]: `http://${through.host}`, NO_PROXY: '127.0.0.1' });
      expect(await fetch(`https://127.0.0.1:${port}`, {})).toMatchObject({ status: 200 });
      expect(through.connections()).toBe(0);
    },
  );
});
