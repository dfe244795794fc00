import { isIP } from 'node:net';

/** A host as a connection takes it: an IPv6 address without its brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/**
 * The name that a TLS handshake asks for, and that the certificate must have: without the last dot of a fully qualified name,
 * by RFC 6066, and none for an address.
 */
export function serverNameOf(url: URL): string {
  const host = hostOf(url);
  return isIP(host) === 0 ? host.replace(/\.$/, '') : '';
}
