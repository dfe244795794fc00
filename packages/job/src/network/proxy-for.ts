import { UsageError } from '../usage-error.ts';
import { bypassesProxy } from './bypasses-proxy.ts';
import { isHttp } from './is-http.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** curl's default for a proxy that is named without one. */
const DEFAULT_PROXY_PORT = '1080';

/** A proxy, with the variable that names it. */
export interface Proxy {
  readonly name: string;
  readonly url: URL;
}

/**
 * The proxy for a URL, as curl chooses it: the variable of the URL's scheme, then ALL_PROXY, lower case first, unless
 * NO_PROXY exempts the host. A blank variable counts as unset; a proxy without a scheme is an http one.
 *
 * @throws UsageError that names the variable when it holds no http or https proxy; its value is not shown
 */
export function proxyFor(url: URL, env: Environment): Proxy | undefined {
  // Unlike curl, which has to mind CGI scripts, this reads HTTP_PROXY in upper case as well.
  const own = url.protocol === 'https:' ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy', 'HTTP_PROXY'];
  const proxy = firstSet([...own, 'all_proxy', 'ALL_PROXY'], env);
  const exempt = firstSet(['no_proxy', 'NO_PROXY'], env);
  if (proxy === undefined || (exempt !== undefined && bypassesProxy(url, exempt.value))) return undefined;
  return { name: proxy.name, url: readProxy(proxy) };
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

function firstSet(names: readonly string[], env: Environment): Variable | undefined {
  return names.map((name) => ({ name, value: (env[name] ?? '').trim() })).find(({ value }) => value !== '');
}

function readProxy({ name, value }: Variable): URL {
  const text = value.includes('://') ? value : `http://${value}`;
  if (!URL.canParse(text) || !isHttp(new URL(text))) {
    throw new UsageError(`${name} takes an http or https proxy, as in http://proxy.example.com:3128`);
  }
  const proxy = new URL(text);
  const namesPort = /^[^/]*:\/\/[^/?#]*:\d+([/?#]|$)/.test(text);
  if (proxy.protocol === 'http:' && !namesPort) proxy.port = DEFAULT_PROXY_PORT;
  return proxy;
}
