import http, { type ClientRequest } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { Connecting } from './connecting.ts';
import { hostOf, portOf, serverNameOf } from './host-of.ts';
import { proxyCredentials } from './proxy-credentials.ts';
import type { Proxy } from './proxy-for.ts';
import type { NetworkRequest } from './redirect.ts';

/** The most bytes of a response's status line and headers: as many as curl takes. */
const MAX_HEAD_BYTES = 300 * 1024;

/** The way to a server. */
export interface Route {
  /** The proxy for the URL. */
  readonly proxy: Proxy | undefined;
  /** What leads through that proxy, if the URL is an https one. */
  readonly tunnel: RequestOptions | undefined;
  readonly connecting: Connecting;
}

/** Prepares a request over a connection of its own: to the server, through a tunnel, or to its proxy. */
export function openRequest(
  { url, method, headers }: NetworkRequest,
  { proxy, tunnel, connecting }: Route,
): ClientRequest {
  const path = url.pathname + url.search;
  if (proxy !== undefined && tunnel === undefined) {
    return requestTo(proxy.url, {
      ...connecting,
      method,
      path: url.origin + path,
      headers: { host: url.host, ...headers, ...proxyCredentials(proxy.url) },
    });
  }
  return requestTo(url, { ...(tunnel ?? connecting), method, path, headers });
}

function requestTo(to: URL, options: RequestOptions): ClientRequest {
  const secure = to.protocol === 'https:';
  // Not imported: it takes a while to load, and an http URL needs none of it.
  const { request } = secure ? process.getBuiltinModule('node:https') : http;
  const opened = request({
    agent: false,
    maxHeaderSize: MAX_HEAD_BYTES,
    host: hostOf(to),
    port: portOf(to),
    // The URL's, whatever `Host` says.
    ...(secure && { servername: serverNameOf(to) }),
    ...options,
  });
  opened.maxHeadersCount = 0; // no limit but the size: those above a limit would be dropped without a word
  return opened;
}
