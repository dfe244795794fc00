import { createServer, request } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { TLS } from './certificate.ts';
import { listen, type Respond } from './endpoint.ts';

/** A proxy on loopback that notes what it was asked, and takes every host for this machine. */
export interface Proxy {
  readonly host: string;
  /** `GET http://…` or `CONNECT host:port`, with the credentials if there were any. */
  readonly requests: { readonly line: string; readonly authorization: string | undefined }[];
  /** How many connections were made to it. */
  readonly connections: () => number;
}

/** Starts a proxy, over TLS if `secure`; with `credentials` it lets nobody else through. */
export async function proxy({
  credentials = '',
  secure = false,
}: { credentials?: string | Buffer; secure?: boolean } = {}): Promise<Proxy> {
  const requests: Proxy['requests'] = [];
  const expected = credentials.length > 0 ? `Basic ${Buffer.from(credentials).toString('base64')}` : '';
  const note = (method = '', target = '', authorization?: string) => {
    requests.push({ line: `${method} ${target}`, authorization });
    return expected === '' || authorization === expected;
  };

  const server = secure ? createTlsServer(TLS) : createServer();
  let connections = 0;
  server.on('connection', () => connections++);
  server.on('request', (asked, answer) => {
    if (!note(asked.method, asked.url, asked.headers['proxy-authorization'])) {
      answer.writeHead(407, { 'proxy-authenticate': 'Basic' }).end();
      return;
    }
    const { port, pathname } = new URL(asked.url ?? '');
    const onward = request(
      { host: '127.0.0.1', port, path: pathname, headers: asked.headers },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      },
    );
    onward.on('error', () => answer.writeHead(502).end()).end();
  });
  server.on('connect', (asked, socket) => {
    if (!note('CONNECT', asked.url, asked.headers['proxy-authorization'])) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n');
      return;
    }
    const onward = connect(Number(asked.url?.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [onward, socket]) {
      end.on('error', () => {
        onward.destroy();
        socket.destroy();
      });
    }
  });
  return { host: `127.0.0.1:${await listen(server)}`, requests, connections: () => connections };
}

/** An endpoint over TLS; returns its port. `onName` is called with the name that each client asks for. */
export function secureEndpoint(
  answer: Respond,
  onName: (name: string) => void = () => undefined,
  options: TlsOptions = {},
): Promise<number> {
  const SNICallback: TlsOptions['SNICallback'] = (name, found) => {
    onName(name);
    found(null);
  };
  return listen(
    createTlsServer({ ...TLS, SNICallback, ...options }, (request, response) => {
      answer(response, request);
    }),
  );
}
