import { UsageError } from '../usage-error.ts';
import { bypassesProxy } from './bypasses-proxy.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** curl's default for a proxy that is named without one. */
const DEFAULT_PROXY_PORT = '1080';

const VARIABLES: ReadonlyMap<string, readonly string[]> = new Map([
  // Unlike curl, which has to mind CGI scripts, this reads HTTP_PROXY in upper case as well.
  ['http:', ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY']],
  ['https:', ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']],
]);

/** A proxy, with the variable that names it. */
export interface Proxy {
  readonly name: string;
  readonly url: URL;
}

/** Whether any proxy is configured at all. */
export function hasProxy(env: Environment): boolean {
  return [...VARIABLES.values()].flat().some((name) => isSet(env[name]));
}

/**
 * The proxy for a URL, as curl chooses it: the variable of the URL's scheme, then ALL_PROXY, lower case first, unless
 * NO_PROXY exempts the host. A blank variable counts as unset; a proxy without a scheme is an http one.
 *
 * @throws UsageError that names the variable when it holds no http or https proxy; its value is not shown
 */
export function proxyFor(url: URL, env: Environment): Proxy | undefined {
  const name = VARIABLES.get(url.protocol)?.find((each) => isSet(env[each]));
  const exempt = [env['no_proxy'], env['NO_PROXY']].find(isSet) ?? '';
  if (name === undefined || bypassesProxy(url, exempt)) return undefined;
  return { name, url: readProxy(name, env[name]?.trim() ?? '') };
}

function readProxy(name: string, value: string): URL {
  const text = value.includes('://') ? value : `http://${value}`;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new UsageError(`${name} takes an http or https proxy, as in http://proxy.example.com:3128`);
  }
  const proxy = new URL(text);
  const namesPort = /^[^/]*:\/\/[^/?#]*:\d+([/?#]|$)/.test(text);
  if (proxy.protocol === 'http:' && !namesPort) proxy.port = DEFAULT_PROXY_PORT;
  return proxy;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== '';
}
