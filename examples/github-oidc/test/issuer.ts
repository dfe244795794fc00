import { createServer } from 'node:http';
import { listen } from '@quietgate/testkit/endpoint';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

const ALG = 'RS256';

/** A key of the issuer's. */
export interface Key {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

export async function makeKey(kid: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(ALG, { extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: ALG, use: 'sig' } };
}

/** An issuer of tokens on loopback, whose keys can be changed. */
export async function startIssuer(...first: readonly Key[]) {
  let keys = first;
  let isDown = false;
  let fetches = 0;
  const server = createServer((request, response) => {
    fetches++;
    if (isDown || request.url !== '/.well-known/jwks') response.writeHead(isDown ? 503 : 404).end();
    else response.end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }));
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  return {
    url,
    fetches: () => fetches,
    rotate(...next: readonly Key[]) {
      keys = next;
    },
    stop() {
      isDown = true;
    },
  };
}

/** Signs a token as GitHub does: for five minutes. What is `undefined` is left out. */
export function sign({ kid, privateKey }: Key, claims: Readonly<Record<string, unknown>>): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const all: Readonly<Record<string, unknown>> = { iat: now, nbf: now, exp: now + 300, ...claims };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  return new SignJWT(Object.fromEntries(given))
    .setProtectedHeader({ alg: ALG, typ: 'JWT', kid })
    .sign(privateKey);
}
