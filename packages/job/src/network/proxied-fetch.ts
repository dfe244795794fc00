import { Agent, Dispatcher, fetch, Pool, ProxyAgent, type RequestInit } from 'undici';
import type { WaitForQuietOptions } from '@quietgate/core';
import { proxyFor } from './proxy-for.ts';

/**
 * A `fetch` that goes through the proxies that the environment names. Loaded only when there is one: Node's own fetch
 * cannot do it on every supported version.
 */
export function proxiedFetch(env: NodeJS.ProcessEnv): NonNullable<WaitForQuietOptions['fetch']> {
  const dispatcher = new EnvironmentDispatcher(env);
  return async (input, init) => {
    const headers = [...new Headers(init.headers)]; // undici knows its own class of headers only
    const response = await fetch(input, { ...(init as RequestInit), headers, dispatcher });
    return response as unknown as Response;
  };
}

/** Chooses the way for each request, those of a redirect included. */
class EnvironmentDispatcher extends Dispatcher {
  readonly #env: NodeJS.ProcessEnv;
  readonly #direct = new Agent();
  readonly #proxies = new Map<string, ProxyAgent>();

  constructor(env: NodeJS.ProcessEnv) {
    super();
    this.#env = env;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const proxy = proxyFor(new URL(String(options.origin)), this.#env);
    return (proxy === undefined ? this.#direct : this.#through(proxy.url)).dispatch(options, handler);
  }

  #through(proxy: URL): ProxyAgent {
    const known = this.#proxies.get(proxy.href);
    if (known !== undefined) return known;
    const agent = new ProxyAgent({
      uri: proxy.origin,
      ...credentials(proxy),
      proxyTunnel: false,
      clientFactory: (origin, options) => new TunnelPool(origin, options),
    });
    this.#proxies.set(proxy.href, agent);
    return agent;
  }
}

/**
 * Connections to a proxy. When one is closed before it is a tunnel, undici would make the next at once, and so on until
 * the request is given up; an error without its own code ends the request.
 */
class TunnelPool extends Pool {
  override async connect(options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> {
    try {
      return await super.connect(options);
    } catch (cause) {
      throw new Error('the proxy opened no tunnel', { cause });
    }
  }
}

/** A user name without a password counts too, which undici would drop. */
function credentials({ username, password }: URL): { token?: string } {
  if (username === '' && password === '') return {};
  const pair = Buffer.concat([percentDecode(username), Buffer.from(':'), percentDecode(password)]);
  return { token: `Basic ${pair.toString('base64')}` };
}

/** By the byte and without ever failing, as curl does: `%E9` is one byte, and a stray `%` is a percent sign. */
function percentDecode(text: string): Buffer {
  const bytes = Buffer.from(text).toString('latin1');
  const decoded = bytes.replace(/%([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(decoded, 'latin1');
}
