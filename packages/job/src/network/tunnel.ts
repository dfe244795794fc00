import type { RequestOptions } from 'node:https';
import { checkServerIdentity } from 'node:tls';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { CONNECTING, hostOf } from './open-request.ts';
import { proxyCredentials } from './proxy-credentials.ts';
import type { Proxy } from './proxy-for.ts';

/** What a proxy answers to a CONNECT. */
export interface TunnelReply {
  readonly statusCode: number;
  readonly statusText: string;
}

export interface TunnelOptions {
  /** Ends the connection to the proxy, however far it has got. */
  readonly signal: AbortSignal;
  /** Called when the proxy has answered, and before anything is sent through the tunnel. */
  readonly onReply: (reply: TunnelReply) => void;
}

/** Options by which a request to an https URL goes through a proxy. This module is loaded only when there is one. */
export function tunnelTo(url: URL, proxy: Proxy, { signal, onReply }: TunnelOptions): RequestOptions {
  const { protocol, host } = proxy.url;
  const agent = new HttpsProxyAgent(`${protocol}//${host}`, {
    ...CONNECTING,
    signal,
    headers: proxyCredentials(proxy.url), // the agent would fail on a stray percent sign
  });
  agent.on('proxyConnect', onReply);
  return {
    agent,
    // The agent would compare the certificate of an IP address with the name of the proxy.
    checkServerIdentity: (_, certificate) => checkServerIdentity(hostOf(url), certificate),
  };
}
