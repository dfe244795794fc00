import { BlockList, isIP } from 'node:net';
import { hostOf, portOf, withoutBrackets, withoutLastDot } from './host-of.ts';

/**
 * Whether NO_PROXY exempts a URL, by curl's rules: names with commas or spaces between; a name stands for its
 * subdomains too, with or without a dot before it; an IP address for itself; `10.0.0.0/8` for a network; `*` alone
 * for everything. Beyond curl, `host:port` exempts one port, and `*.example.com` is read as `.example.com`.
 */
export function bypassesProxy(url: URL, noProxy: string): boolean {
  if (noProxy === '*') return true;
  const host = withoutLastDot(hostOf(url));
  const entries = noProxy.toLowerCase().split(/[\s,]/);
  return entries.some((entry) => matches(entry, host, portOf(url)));
}

const WITH_PORT = /^([^:]+|\[.*\]):(\d+)$/;

function matches(entry: string, host: string, port: string): boolean {
  const onlyPort = WITH_PORT.exec(entry)?.[2] ?? port;
  const name = entry.replace(WITH_PORT, '$1').replace(/^\*?\./, '');
  const pattern = withoutLastDot(withoutBrackets(name));
  if (onlyPort !== port || pattern === '') return false;
  if (isIP(host) === 0) return host === pattern || host.endsWith(`.${pattern}`);
  return inNetwork(host, pattern);
}

/** An address is a network of one. Addresses are compared as such, however they are spelt. */
function inNetwork(address: string, pattern: string): boolean {
  const [network, bits] = pattern.split('/') as [string, string?];
  const family = isIP(network);
  if (family !== isIP(address)) return false;
  const longest = family === 4 ? 32 : 128;
  const prefix = bits === undefined ? longest : Number(bits);
  if ((bits !== undefined && !/^\d+$/.test(bits)) || prefix > longest) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, prefix, type);
  return list.check(address, type);
}
