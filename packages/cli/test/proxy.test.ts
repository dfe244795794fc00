import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { trustTestServers } from '@quietgate/job/test/trust-test-servers';
import { endpoint, inFlight, listen, nobody, text } from '@quietgate/testkit/endpoint';
import { CERTIFICATE, EXPIRED_CERTIFICATE, EXPIRED_TLS } from '@quietgate/testkit/certificate';
import { proxy, secureEndpoint } from '@quietgate/testkit/proxy';
import { type Env } from '@quietgate/testkit/processes';
import { runCli } from './support/run-cli.ts';
import { runMain, startHeld, startMain } from './support/run-main.ts';

const PATH = '/api/v1/deployments/in-flight-count';
const ONCE = ['--json', '--retries', '0'];

beforeEach(trustTestServers);
afterEach(() => {
  vi.restoreAllMocks();
});

/** The line of a request for the endpoint of a server, whatever its nonce. */
const asked = (url: string) => expect.stringMatching(`^GET ${url}${PATH}\\?nonce=`) as unknown;

async function ask(url: string, env: Env): Promise<unknown> {
  return JSON.parse((await runMain([url, ...ONCE], env)).stdout);
}

/** Asks in a process that trusts no other certificate than it would by itself, or the ones of a file. */
async function askTrusting(certificates: string | undefined, url: string, env: Env = {}): Promise<unknown> {
  const trust: Env = certificates === undefined ? {} : { NODE_EXTRA_CA_CERTS: certificates };
  return JSON.parse((await runCli([url, ...ONCE], { ...env, ...trust })).stdout);
}

describe('an http URL goes through the proxy', () => {
  it.each(['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'])(
    'of %s, as curl asks it',
    async (variable) => {
      const { url, requests } = await endpoint(inFlight(0));
      const target = url.replace('127.0.0.1', 'console.test');
      const through = await proxy();
      expect(await ask(target, { [variable]: `http://${through.host}` })).toMatchObject({ outcome: 'quiet' });
      expect(through.requests.map(({ line }) => line)).toEqual([asked(target)]);
      expect(requests[0]?.headers.host).toBe(new URL(target).host);
    },
  );

  it('that is named without a scheme', async () => {
    const { url } = await endpoint(inFlight(0));
    const through = await proxy();
    expect(await ask(url, { http_proxy: through.host })).toMatchObject({ outcome: 'quiet' });
    expect(through.requests).toHaveLength(1);
  });

  it('that is reached over TLS', async () => {
    const { url } = await endpoint(inFlight(0));
    const through = await proxy({ secure: true });
    const env = { http_proxy: `https://${through.host.replace('127.0.0.1', 'localhost')}` };
    expect(await ask(url, env)).toMatchObject({ outcome: 'quiet' });
    expect(through.requests).toHaveLength(1);
  });

  it('on every poll, over a connection of its own', async () => {
    const { url } = await endpoint(inFlight(2), inFlight(1), inFlight(0));
    const through = await proxy();
    const { status } = await runMain([url, '--interval', '20ms'], { http_proxy: `http://${through.host}` });
    expect(status).toBe(0);
    expect(through.requests).toHaveLength(3);
    expect(through.connections()).toBe(3);
  });
});

describe('an https URL goes through a tunnel', () => {
  it.each(['https_proxy', 'HTTPS_PROXY', 'ALL_PROXY'])('of %s', async (variable) => {
    const port = await secureEndpoint(inFlight(0));
    const through = await proxy();
    const env = { [variable]: `http://${through.host}` };
    expect(await ask(`https://console.test:${port}`, env)).toMatchObject({ outcome: 'quiet' });
    expect(through.requests.map(({ line }) => line)).toEqual([`CONNECT console.test:${port}`]);
  });

  it('whose certificate must be trusted, as by NODE_EXTRA_CA_CERTS', async () => {
    const port = await secureEndpoint(inFlight(0));
    const through = await proxy();
    const url = `https://console.test:${port}`;
    const env = { https_proxy: `http://${through.host}` };
    expect(await askTrusting(CERTIFICATE, url, env)).toMatchObject({ outcome: 'quiet' });
    const result = await askTrusting(undefined, url, env);
    expect(result).toMatchObject({ outcome: 'failed-open', reason: 'unreachable' });
    expect(JSON.stringify(result)).toContain('self-signed certificate');
  });

  it('to an IP address whose certificate must be for that address', async () => {
    const port = await secureEndpoint(inFlight(0));
    const through = await proxy();
    // A name that is in the certificate, though not the one to look for.
    const env = { https_proxy: `http://${through.host.replace('127.0.0.1', 'localhost')}` };
    expect(await ask(`https://127.0.0.1:${port}`, env)).toMatchObject({ outcome: 'quiet' });
    const other = await ask(`https://127.0.0.2:${port}`, env);
    expect(JSON.stringify(other)).toContain("IP: 127.0.0.2 is not in the cert's list");
  });

  it('but not through the proxy for http', async () => {
    const port = await secureEndpoint(inFlight(0));
    const through = await proxy();
    const result = await ask(`https://localhost:${port}`, { http_proxy: `http://${through.host}` });
    expect(result).toMatchObject({ outcome: 'quiet' });
    expect(through.requests).toEqual([]);
  });
});

it('NODE_EXTRA_CA_CERTS is trusted without a proxy as well', async () => {
  const port = await secureEndpoint(inFlight(0));
  const url = `https://localhost:${port}`;
  expect(await askTrusting(CERTIFICATE, url)).toMatchObject({ outcome: 'quiet' });
  expect(await askTrusting(undefined, url)).toMatchObject({ reason: 'unreachable' });
});

describe('a certificate that is not a matter of trust', () => {
  it('is said to have expired, and what to do', async () => {
    const port = await secureEndpoint(inFlight(0), undefined, EXPIRED_TLS);
    const { stdout, stderr } = await runCli([`https://localhost:${port}`, '--retries', '0'], {
      NODE_EXTRA_CA_CERTS: EXPIRED_CERTIFICATE,
    });
    expect(stdout).toContain(`localhost:${port} has a certificate that has expired (CERT_HAS_EXPIRED)`);
    expect(stderr).toContain("Renew the server's certificate.");
    expect(stderr).not.toContain('NODE_EXTRA_CA_CERTS');
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'is wanted of quietgate, which has none (%s)',
    async (maxVersion) => {
      const port = await secureEndpoint(inFlight(0), undefined, { requestCert: true, maxVersion });
      const { stderr } = await runMain([`https://localhost:${port}`, '--retries', '0']);
      expect(stderr).toMatch(/client certificate/);
      expect(stderr).not.toContain('NODE_EXTRA_CA_CERTS');
    },
  );
});

describe('credentials of the proxy', () => {
  it('are sent to it', async () => {
    const { url } = await endpoint(inFlight(0));
    const port = await secureEndpoint(inFlight(0));
    const through = await proxy({ credentials: 'us@er:s3:cret' });
    const variable = `http://us%40er:s3%3Acret@${through.host}`;
    const env = { http_proxy: variable, https_proxy: variable };
    expect(await ask(url, env)).toMatchObject({ outcome: 'quiet' });
    expect(await ask(`https://localhost:${port}`, env)).toMatchObject({ outcome: 'quiet' });
  });

  it('are never printed, whatever goes wrong', async () => {
    const locked = await proxy({ credentials: 'user:another' });
    const gone = new URL(await nobody()).host;
    for (const host of [locked.host, gone]) {
      for (const scheme of ['http', 'https']) {
        const variable = `http://user:s3cret@${host}`;
        const env = { http_proxy: variable, https_proxy: variable };
        const { status, stdout, stderr } = await runMain([`${scheme}://console.test`, ...ONCE], env);
        expect(status).toBe(0);
        expect(JSON.parse(stdout)).toMatchObject({ outcome: 'failed-open' });
        expect(stdout + stderr).not.toMatch(/s3cret|dXNlcjpzM2NyZXQ/);
      }
    }
  });
});

describe('NO_PROXY', () => {
  it.each(['no_proxy', 'NO_PROXY'])('in %s exempts a host', async (variable) => {
    const { url } = await endpoint(inFlight(0));
    const through = await proxy();
    const env = { http_proxy: `http://${through.host}`, [variable]: 'example.com, 127.0.0.1' };
    expect(await ask(url, env)).toMatchObject({ outcome: 'quiet' });
    expect(through.requests).toEqual([]);
  });

  it('counts for the end of a redirect too', async () => {
    const end = await endpoint(inFlight(0));
    const location = `${end.url.replace('127.0.0.1', 'localhost')}/`;
    const { url } = await endpoint(text(302, '', { location }));
    const through = await proxy();
    expect(await ask(url, { http_proxy: `http://${through.host}`, NO_PROXY: 'localhost' })).toMatchObject({
      outcome: 'quiet',
    });
    expect(through.requests.map(({ line }) => line)).toEqual([asked(url)]);
  });
});

it('an empty variable counts as unset', async () => {
  const { url } = await endpoint(inFlight(0));
  expect(await ask(url, { http_proxy: '', HTTP_PROXY: '', ALL_PROXY: '' })).toMatchObject({
    outcome: 'quiet',
  });
});

it('a proxy that cannot be reached fails open as a host that cannot, and is named', async () => {
  const { url } = await endpoint(inFlight(0));
  const { host } = new URL(await nobody());
  const { stdout, stderr } = await runMain([url, '--retries', '0'], {
    http_proxy: `http://user:s3cret@${host}`,
  });
  expect(stdout).toMatch(/^\S+Z failed-open \(unreachable\): /);
  expect(stderr).toContain(`, for 30m at most (http_proxy http://${host})\n`);
  expect(stderr).toContain(' Check the URL, and the proxy in http_proxy.\n');
});

it('a proxy that refuses an http URL is not taken for the server', async () => {
  const locked = await proxy({ credentials: 'user:another' });
  const { stdout, stderr } = await runMain(['http://console.test', '--retries', '0'], {
    http_proxy: `http://${locked.host}`,
  });
  expect(stdout).toMatch(/answered 407 \(through the proxy in http_proxy\)/);
  expect(stderr).toContain('Put the user name and the password that the proxy wants into http_proxy.');
});

it.each<[args: string[], outcome: string]>([
  [['http://console.test', '--retries', '0', '--cordon'], 'cordon not up: new runs are NOT blocked: '],
  [['status', 'http://console.test'], 'unknown: '],
  [['status', 'http://console.test'], 'cordon unknown: '],
  [
    ['uncordon', 'http://console.test', '--all', '--retries', '0'],
    'leases not released, and may last until expiry: ',
  ],
  [['until', 'http://console.test', 'v2', '--interval', '1h', '--max-wait', '2h'], 'Z '],
])('nor in what %j says: %s', async (args, outcome) => {
  const { host } = await proxy({ credentials: 'user:another' });
  const env = { http_proxy: `http://${host}`, CORDON_TOKEN: 'a-token-of-the-server' };
  const { saw } = startMain(args, env);
  await saw(new RegExp(`${outcome}(.* )?answered 407 \\(through the proxy in http_proxy\\)`));
});

it('nor in what check says', async () => {
  const { host } = await proxy({ credentials: 'user:another' });
  const { stdout } = await runMain(['check', 'http://console.test'], { http_proxy: `http://${host}` });
  expect(stdout).toContain(
    'FAILED answers: status 407: a proxy wants a user name and a password (through the proxy in http_proxy)\n',
  );
});

it.each<[when: string, hangUp: (socket: Socket) => void]>([
  ['at once', (socket) => socket.end()],
  ['when it is asked', (socket) => socket.once('data', () => socket.end())],
])('a proxy that hangs up %s is asked once for each try, and fails open', async (_, hangUp) => {
  let connections = 0;
  const server = createServer();
  server.on('connection', (socket) => {
    connections++;
    hangUp(socket);
  });
  const host = `127.0.0.1:${await listen(server)}`;
  const https_proxy = `http://user:s3cret@${host}`;
  const { stdout } = await runMain(['https://console.test', ...ONCE], { https_proxy });
  expect(JSON.parse(stdout)).toMatchObject({
    outcome: 'failed-open',
    reason: 'unreachable',
    message: expect.stringMatching(
      `could not be reached: the proxy in https_proxy \\(${host}\\) closed the connection$`,
    ) as unknown,
  });
  expect(connections).toBe(1);
});

it.each([
  ['http', 'Find out why the server is slow'],
  ['https', 'No connection was made: check the host of the URL, the firewall, the name server'],
])(
  'a proxy that says nothing is given up like a server that does (%s), with advice: %s',
  async (scheme, advice) => {
    const server = createServer();
    const isAsked = Promise.race([once(server, 'request'), once(server, 'connect')]);
    const proxy = `http://127.0.0.1:${await listen(server)}`;
    const { advance, ended } = startHeld([`${scheme}://console.test`, ...ONCE], {
      http_proxy: proxy,
      https_proxy: proxy,
    });
    await isAsked;
    await advance(10_000);
    const { stdout, stderr } = await ended;
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'failed-open', reason: 'request-timeout' });
    expect(stderr).toContain(advice);
  },
);
