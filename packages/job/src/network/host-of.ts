import { isIP } from 'node:net';

/** A host as a connection takes it: an IPv6 address without its brackets. */
export function hostOf({ hostname }: URL): string {
  return withoutBrackets(hostname);
}

/** The port of an http or https URL, its scheme's where it names none. */
export function portOf({ port, protocol }: URL): string {
  return port || (protocol === 'https:' ? '443' : '80');
}

/**
 * The name that a TLS handshake asks for, and that the certificate must have: without the last dot of a fully qualified name,
 * by RFC 6066, and none for an address.
 */
export function serverNameOf(url: URL): string {
  const host = hostOf(url);
  return isIP(host) === 0 ? withoutLastDot(host) : '';
}

export function withoutBrackets(host: string): string {
  return host.replace(/[[\]]/g, '');
}

export function withoutLastDot(host: string): string {
  return host.replace(/\.$/, '');
}
