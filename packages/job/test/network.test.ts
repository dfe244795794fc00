import { spawn } from 'node:child_process';
import dns from 'node:dns';
import { getEventListeners, once } from 'node:events';
import http, {
  createServer as createHttpServer,
  type Server as HttpServer,
  type ServerResponse,
} from 'node:http';
import { connect, createServer, type Socket, type TcpNetConnectOpts } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { endpoint, inFlight, json, nobody, silence, text } from '@quietgate/testkit/endpoint';
import { type Proxy, proxy, secureEndpoint } from '@quietgate/testkit/proxy';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createNetwork } from '../src/network/create-network.ts';
import { bodyOf } from './body-of.ts';
import { eventually } from './eventually.ts';
import { trustTestServers } from './trust-test-servers.ts';

const ask = (url: string, init: RequestInit = {}) => createNetwork({}).fetch(url, init);

/** Makes every name stand for these addresses, or for none that is ever found. */
function resolveTo(...addresses: string[]): void {
  vi.spyOn(dns, 'lookup').mockImplementation(((
    _: unknown,
    __: unknown,
    found: (...of: unknown[]) => void,
  ) => {
    if (addresses.length > 0) {
      const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
      setImmediate(found, null, all);
    }
  }) as never);
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a request', () => {
  it('says who asks, takes what is not compressed, and keeps no connection', async () => {
    const { url, requests } = await endpoint(inFlight(0));
    const headers = new Headers({ Accept: 'application/json' });
    const answer = await ask(`${url}/count?of=runs#part`, { headers });
    expect(await bodyOf(answer)).toBe('{"count":0,"ids":[]}');
    expect(answer).toMatchObject({ status: 200, redirected: false, url: `${url}/count?of=runs` });
    expect(answer.headers.get('Content-Type')).toBe('application/json');
    expect(requests[0]).toMatchObject({ method: 'GET', url: '/count?of=runs' });
    expect(requests[0]?.headers).toEqual({
      accept: 'application/json',
      'accept-encoding': 'identity',
      connection: 'close',
      host: new URL(url).host,
      'user-agent': 'quietgate',
    });
  });

  it.each([[{ 'User-Agent': 'job' }], [[['USER-AGENT', 'job']] as [string, string][]]])(
    'may say it in other words: %j',
    async (headers) => {
      const { url, requests } = await endpoint(inFlight(0));
      await ask(url, { headers });
      expect(requests[0]?.headers['user-agent']).toBe('job');
    },
  );

  it.each(['PUT', 'DELETE'])('may be a %s without a body', async (method) => {
    const { url, requests } = await endpoint(json({}));
    expect(await bodyOf(await ask(url, { method }))).toBe('{}');
    expect(requests[0]).toMatchObject({ method });
    expect(requests[0]?.headers['transfer-encoding']).toBeUndefined();
  });

  it('has a connection of its own, which ends with the body', async () => {
    const { url, requests } = await endpoint(inFlight(1), inFlight(0));
    await bodyOf(await ask(url));
    await bodyOf(await ask(url));
    expect(requests[1]?.socket).not.toBe(requests[0]?.socket);
    await eventually(() => requests.every(({ socket }) => socket.destroyed)).toBe(true);
  });

  it.each([204, 205, 304])('that is answered %i has no body, and no connection any more', async (status) => {
    const { url, requests } = await endpoint(text(status));
    expect(await ask(url)).toMatchObject({ status, body: null });
    await eventually(() => requests[0]?.socket.destroyed).toBe(true);
  });

  it('may go to a port that browsers refuse, and fetch with them', async () => {
    const { server, port } = await listenOnRefusedPort();
    server.on('request', (_, response: ServerResponse) => response.end('here'));
    const url = `http://127.0.0.1:${port}`;
    await expect(globalThis.fetch(url)).rejects.toMatchObject({ cause: { message: 'bad port' } });
    expect(await bodyOf(await ask(url))).toBe('here');
  });

  it('that is answered 407 has that status', async () => {
    const { url } = await endpoint(text(407));
    expect(await ask(url)).toMatchObject({ status: 407 });
  });

  it('that is called off before it begins is not sent', async () => {
    const { url, requests } = await endpoint(inFlight(0));
    await expect(ask(url, { signal: AbortSignal.abort('no') })).rejects.toBe('no');
    await bodyOf(await ask(url));
    expect(requests).toHaveLength(1);
  });

  it('that is called off while its host is looked up is not sent', async () => {
    let answerLookup: (...found: unknown[]) => void = () => undefined;
    vi.spyOn(dns, 'lookup').mockImplementation(((_: unknown, __: unknown, found: typeof answerLookup) => {
      answerLookup = found;
    }) as never);
    const request = vi.spyOn(http, 'request');
    const calledOff = new AbortController();
    const answer = ask('http://console.test', { signal: calledOff.signal });
    calledOff.abort('enough');
    await expect(answer).rejects.toBe('enough');
    answerLookup(null, [{ address: '127.0.0.1', family: 4 }]);
    await nextTurn();
    expect(request).not.toHaveBeenCalled();
  });

  it('that is answered with another protocol fails', async () => {
    const { url } = await endpoint((response) => {
      response.socket?.end('HTTP/1.1 101 Whatever\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n');
    });
    await expect(ask(url)).rejects.toThrow('closed the connection without a response (ECONNRESET)');
  });

  it('leaves no listener on its signal', async () => {
    const { url } = await endpoint(inFlight(0));
    const { signal } = new AbortController();
    await bodyOf(await ask(url, { signal }));
    await ask(await nobody(), { signal }).catch(() => undefined);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('the head of a response', () => {
  it('may be as long as curl takes it', async () => {
    const { url } = await endpoint(text(200, '', { 'x-long': 'x'.repeat(290_000) }));
    expect((await ask(url)).headers.get('x-long')).toHaveLength(290_000);
  });

  it('may name a header more than once, or not at all', async () => {
    const { url } = await endpoint((response) => response.writeHead(200, { 'x-a': ['1', '2'] }).end());
    const { headers } = await ask(url);
    expect(headers.get('X-A')).toBe('1, 2');
    expect(headers.get('x-b')).toBeNull();
  });

  it('is read to its last line', async () => {
    const lines = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`x-${at}`, 'y']));
    const { url } = await endpoint(text(200, '', { ...lines, age: '7' }));
    expect((await ask(url)).headers.get('age')).toBe('7');
  });

  it('is refused when it is longer', async () => {
    const { url } = await endpoint(text(200, '', { 'x-long': 'x'.repeat(310_000) }));
    await expect(ask(url)).rejects.toThrow('sent more than 300 kB of headers (HPE_HEADER_OVERFLOW)');
  });
});

describe('a host with several addresses', () => {
  it('is reached at the one that answers', async () => {
    const { url } = await endpoint(inFlight(0));
    resolveTo('127.0.0.99', '127.0.0.1');
    expect(await ask(url.replace('127.0.0.1', 'console.test'))).toMatchObject({ status: 200 });
  });

  it('fails with what each of them did', async () => {
    const port = new URL(await nobody()).port;
    resolveTo('127.0.0.1', '::1');
    await expect(ask(`http://console.test:${port}`)).rejects.toThrow(
      new RegExp(
        `^console\\.test:${port} at 127\\.0\\.0\\.1:${port} refused the connection \\(ECONNREFUSED\\); ` +
          `console\\.test:${port} at \\[::1\\]:${port} [^;]*$`,
      ),
    );
  });

  it('has time for a packet that is sent again after a second', async () => {
    const { port, goOn } = await stoppedServer();
    resolveTo('127.0.0.1', '127.0.0.99'); // nobody at the second
    const network = createNetwork({});
    const answer = network.fetch(`http://console.test:${port}`, {});
    await eventually(network.phase).toBe('connecting');
    goOn();
    expect(await answer).toMatchObject({ status: 200 });
  });
});

describe('the addresses of a host', () => {
  it('share the time of their request', async () => {
    const { port } = new URL(await nobody());
    resolveTo('127.0.0.1', '127.0.0.99');
    const request = vi.spyOn(http, 'request');
    const { fetch } = createNetwork({}, { requestTimeoutMs: 2000 });
    await expect(fetch(`http://console.test:${port}`, {})).rejects.toThrow('refused');
    const [options] = request.mock.calls[0] as unknown as [TcpNetConnectOpts];
    expect(options.autoSelectFamilyAttemptTimeout).toBeLessThanOrEqual(1000);
  });

  const toServer = async () => {
    const { url } = await endpoint(inFlight(0));
    return { url: url.replace('127.0.0.1', 'console.test'), env: {}, port: new URL(url).port };
  };
  const throughProxy = async () => {
    const { port } = new URL(`http://${(await proxy()).host}`);
    const url = `https://127.0.0.1:${await secureEndpoint(inFlight(0))}`;
    return { url, env: { https_proxy: `http://proxy.test:${port}` }, port };
  };

  it.each([
    ['a server', toServer],
    ['a proxy', throughProxy],
  ])('begin with the one that was reached before, since a release has less time: of %s', async (_, given) => {
    const { url, env, port } = await given();
    const { fetch } = createNetwork(env);
    const outcome = () => {
      resolveTo('127.0.0.99', '127.0.0.1'); // nobody at the first, when it is asked for the first time
      return fetch(url, {}).then(
        ({ status }) => `answered ${status}`,
        (error: unknown) => String(error),
      );
    };
    const before = await outcome();
    expect(before).toMatch(/^answered |self-signed/);
    vi.restoreAllMocks();
    const other = createServer((socket) => socket.destroy()).listen(Number(port), '127.0.0.99');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    expect(await outcome()).toBe(before);
  });
});

describe('a host with a dot at its end', () => {
  it.each([
    ['a server', () => ({})],
    ['a server behind a proxy', ({ host }: Proxy) => ({ https_proxy: `http://${host}` })],
  ])('is asked for without it: %s', async (_, env) => {
    const names: unknown[] = [];
    const port = await secureEndpoint(inFlight(0), (name) => names.push(name));
    const { fetch } = createNetwork(env(await proxy()));
    resolveTo('127.0.0.1');
    await expect(fetch(`https://console.test.:${port}`, {})).rejects.toThrow('self-signed');
    expect(names).toEqual(['console.test']);
  });

  it('is asked for without it: a proxy', async () => {
    const names: unknown[] = [];
    const port = await secureEndpoint(inFlight(0), (name) => names.push(name));
    resolveTo('127.0.0.1');
    const { fetch } = createNetwork({ https_proxy: `https://proxy.test.:${port}` });
    await expect(fetch('https://console.test', {})).rejects.toThrow('self-signed');
    expect(names).toEqual(['proxy.test']);
  });
});

describe('the phase', () => {
  async function given(url: string, env: NodeJS.ProcessEnv, reached: string): Promise<void> {
    const network = createNetwork(env);
    const calledOff = new AbortController();
    const answer = network.fetch(url, { signal: calledOff.signal });
    await eventually(network.phase).toBe(reached);
    calledOff.abort('timeout');
    await expect(answer).rejects.toBe('timeout');
    expect(network.phase()).toBe(reached);
  }

  it('is resolving while a name server is silent', async () => {
    resolveTo();
    await given('http://console.test', {}, 'resolving');
  });

  it('is connecting while nobody accepts the connection', async () => {
    const { port } = await stoppedServer();
    await given(`http://127.0.0.1:${port}`, {}, 'connecting');
  });

  it('is connecting while a proxy opens no tunnel', async () => {
    const { port, closed } = await mute();
    await given('https://console.test', { https_proxy: `http://127.0.0.1:${port}` }, 'connecting');
    await closed;
  });

  it('is connecting while a proxy shakes no hands', async () => {
    const { port, closed } = await mute();
    await given('https://console.test', { https_proxy: `https://127.0.0.1:${port}` }, 'connecting');
    await closed;
  });

  it('is securing while a server shakes no hands', async () => {
    const { port, closed } = await mute();
    await given(`https://127.0.0.1:${port}`, {}, 'securing');
    await closed;
  });

  it('is securing while a server shakes no hands behind a tunnel', async () => {
    const { port, closed } = await mute();
    const through = await proxy();
    await given(`https://console.test:${port}`, { https_proxy: `http://${through.host}` }, 'securing');
    await closed;
  });

  it.each([{}, { http_proxy: 'yes' }])('is waiting while a server is silent %o', async (env) => {
    const { url } = await endpoint(silence);
    const through = await proxy();
    const named = Object.fromEntries(Object.keys(env).map((name) => [name, `http://${through.host}`]));
    await given(url, named, 'waiting');
  });

  it('is waiting while a server is silent behind TLS', async () => {
    trustTestServers();
    const port = await secureEndpoint(silence);
    await given(`https://127.0.0.1:${port}`, {}, 'waiting');
    const through = await proxy();
    await given(`https://127.0.0.1:${port}`, { https_proxy: `http://${through.host}` }, 'waiting');
  });

  it('is reading once an answer has begun, and begins anew with the next request', async () => {
    const { url } = await endpoint((response) => {
      response.writeHead(200).flushHeaders();
    });
    const network = createNetwork({});
    expect(network.phase()).toBe('resolving');
    await network.fetch(url, {});
    expect(network.phase()).toBe('reading');
    await network.fetch(url, { signal: AbortSignal.abort() }).catch(() => undefined);
    expect(network.phase()).toBe('resolving');
  });
});

describe('the failure', () => {
  it('is that of the newest request', async () => {
    const { url } = await endpoint(inFlight(0));
    const { fetch, failure } = createNetwork({});
    expect(failure()).toBeUndefined();
    const error: unknown = await fetch(await nobody(), {}).catch((error: unknown) => error);
    expect(failure()).toBe(error);
    await fetch(url, {});
    expect(failure()).toBeUndefined();
  });
});

/** A server on the first free one of the ports that no browser asks. */
async function listenOnRefusedPort(): Promise<{ server: HttpServer; port: number }> {
  for (const port of [10080, 6000, 5060, 5061, 6566, 6665, 6666, 6668, 6669, 6697]) {
    const server = createHttpServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return { server, port };
  }
  throw new Error('none of those ports is free');
}

/** A server that accepts connections and says nothing; `closed` once it has had a connection and lost it. */
async function mute(): Promise<{ port: number; closed: Promise<void> }> {
  const server = createServer();
  const closed = new Promise<void>((resolve) => {
    server.on('connection', (socket: Socket) => {
      socket
        .on('error', () => undefined)
        .on('close', () => {
          resolve();
        });
      socket.resume();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as { port: number }).port, closed };
}

/** A process that is stopped, with its queue of connections full: the next one waits until it goes on. */
async function stoppedServer(): Promise<{ port: number; goOn: () => void }> {
  const script = `require('http').createServer((_, response) => response.end())
    .listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () { console.log(this.address().port); });`;
  const child = spawn(process.execPath, ['-e', script]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(line);
  child.kill('SIGSTOP');
  for (let filled = 0; filled < 2; filled++) {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    onTestFinished(() => {
      socket.destroy();
    });
    await once(socket, 'connect');
  }
  return { port, goOn: () => void child.kill('SIGCONT') };
}
