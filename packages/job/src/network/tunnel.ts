import type { RequestOptions } from 'node:https';
import { checkServerIdentity } from 'node:tls';
import { HttpsProxyAgent } from 'https-proxy-agent';
import type { Connecting } from './connecting.ts';
import { hostOf, serverNameOf } from './host-of.ts';
import { proxyCredentials } from './proxy-credentials.ts';
import type { Proxy } from './proxy-for.ts';

/** A proxy's response to CONNECT. */
export interface TunnelReply {
  readonly statusCode: number;
  readonly statusText: string;
}

export interface TunnelOptions {
  readonly connecting: Connecting;
  /** Ends the connection to the proxy, however far it has got. */
  readonly signal: AbortSignal;
  /** Called when the proxy has answered, and before anything is sent through the tunnel. */
  readonly onReply: (reply: TunnelReply) => void;
}

/** Options by which a request to an https URL goes through a proxy. This module is loaded only when there is one. */
export function tunnelTo(
  url: URL,
  proxy: Proxy,
  { connecting, signal, onReply }: TunnelOptions,
): RequestOptions {
  const { protocol, host } = proxy.url;
  const agent = new HttpsProxyAgent(`${protocol}//${host}`, {
    ...connecting,
    servername: serverNameOf(proxy.url),
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
