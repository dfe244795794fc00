import { BlockList, isIP } from 'node:net';

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * Whether NO_PROXY exempts a URL, by curl's rules: names with commas or spaces between; a name stands for its
 * subdomains too, with or without a dot before it; an IP address for itself; `10.0.0.0/8` for a network; `*` alone
 * for everything. Beyond curl, `host:port` exempts one port, and `*.example.com` is read as `.example.com`.
 */
export function bypassesProxy(url: URL, noProxy: string): boolean {
  if (noProxy.trim() === '*') return true;
  const host = bare(url.hostname);
  const port = url.port || (DEFAULT_PORTS[url.protocol] ?? '');
  return noProxy.split(/[\s,]+/).some((entry) => entry !== '' && matches(entry, host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  const [, name = entry, onlyPort = port] = /^([^:]+|\[.*\]):(\d+)$/.exec(entry) ?? [];
  const pattern = bare(name.replace(/^\*?\./, ''));
  if (onlyPort !== port || pattern === '') return false;
  if (isIP(host) === 0) return host === pattern || host.endsWith(`.${pattern}`);
  return inNetwork(host, pattern);
}

/** An address is a network of one. Addresses are compared as such, however they are spelt. */
function inNetwork(address: string, pattern: string): boolean {
  const [network = '', bits] = pattern.split('/');
  const family = isIP(network);
  const longest = family === 4 ? 32 : 128;
  const prefix = bits === undefined ? longest : Number(bits);
  if (family === 0 || family !== isIP(address)) return false;
  if ((bits !== undefined && !/^\d+$/.test(bits)) || prefix > longest) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, prefix, type);
  return list.check(address, type);
}

/** A host as it is compared: without an IPv6 address's brackets and a name's last dot. */
function bare(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}
