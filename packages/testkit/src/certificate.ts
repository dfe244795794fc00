import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

/** A certificate for console.test, localhost and 127.0.0.1 that no machine trusts by itself. */
export const CERTIFICATE: string = fixture('certificate.pem');

/** One for the same names and with the same key that expired in 2020. */
export const EXPIRED_CERTIFICATE: string = fixture('expired-certificate.pem');

/** What a server needs to show it. */
export const TLS: { readonly cert: Buffer; readonly key: Buffer } = {
  cert: readFileSync(CERTIFICATE),
  key: readFileSync(fixture('key.pem')),
};

/** What a server needs to show the one that expired. */
export const EXPIRED_TLS: typeof TLS = { ...TLS, cert: readFileSync(EXPIRED_CERTIFICATE) };
