import http, { type ClientRequest } from 'node:http';
import type { RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import type { Proxy } from './proxy-for.ts';
import { proxyCredentials } from './proxy-credentials.ts';

/**
 * How connections are made. Of a host with several addresses each gets this long before the next is tried, if there is one:
 * Node's own quarter of a second is over before a host that is far away, or a lost packet that is sent again after a
 * second, has answered.
 */
export const CONNECTING = { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 3000 } as const;

/** One request, without regard to redirects. */
export interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The proxy for the URL. */
  readonly proxy: Proxy | undefined;
  /** What leads through that proxy, if the URL is an https one. */
  readonly tunnel: RequestOptions | undefined;
}

/** Prepares the request of a hop, over a connection of its own: to the server, through a tunnel, or to its proxy. */
export function openRequest({ url, method, headers, proxy, tunnel }: Hop): ClientRequest {
  const path = url.pathname + url.search;
  if (proxy !== undefined && tunnel === undefined) {
    return requestTo(proxy.url, {
      method,
      path: url.origin + path,
      headers: { host: url.host, ...headers, ...proxyCredentials(proxy.url) },
    });
  }
  return requestTo(url, { method, path, headers, ...tunnel });
}

/** A host as a connection takes it: an IPv6 address without its brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function requestTo(to: URL, options: RequestOptions): ClientRequest {
  const host = hostOf(to);
  const secure = to.protocol === 'https:';
  // Not imported: it takes a while to load, and an http URL needs none of it.
  const { request } = secure ? process.getBuiltinModule('node:https') : http;
  return request({
    ...CONNECTING,
    agent: false,
    host,
    port: to.port || (secure ? 443 : 80),
    // The name that the certificate must bear: the URL's, whatever Host says.
    ...(secure && { servername: isIP(host) === 0 ? host : '' }),
    ...options,
  });
}
