import type { ResolvedCordonOptions } from './cordon-options.ts';

const SCHEME = 'bearer ';

/**
 * Makes the check of a request's `Authorization` header. Tokens are compared in a time that does not depend on them.
 *
 * @throws what a check of the user's throws
 */
export function createAuthorization(
  authorize: ResolvedCordonOptions['authorize'],
): (authorization: string | undefined) => Promise<boolean> {
  const check = typeof authorize === 'function' ? authorize : createTokenCheck(authorize);
  return async (authorization) => {
    if (authorization?.slice(0, SCHEME.length).toLowerCase() !== SCHEME) return false;
    const token = authorization.slice(SCHEME.length).trim();
    return token !== '' && (await check(token));
  };
}

function createTokenCheck(tokens: readonly string[]): (token: string) => Promise<boolean> {
  let digests: readonly Uint8Array[] | undefined;
  return async (token) => {
    // At the first request, since some runtimes let nothing be computed while they load a module; and not as a promise, since
    // on Workers no request may wait for another's.
    const known = (digests ??= await Promise.all(tokens.map(sha256)));
    const given = await sha256(token);
    // All are looked at, whichever it is.
    return known.filter((each) => areSame(each, given)).length > 0;
  };
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}

function areSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.reduce((difference, byte, index) => difference | (byte ^ (other[index] ?? 0)), 0) === 0;
}
