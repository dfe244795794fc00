import type { WaitForQuietOptions } from '@quietgate/core';
import { hasProxy } from './proxy-for.ts';

/** The `fetch` that the environment asks for: `undefined`, Node's own, unless it names a proxy. */
export async function environmentFetch(env: NodeJS.ProcessEnv): Promise<WaitForQuietOptions['fetch']> {
  if (!hasProxy(env)) return undefined;
  // Only when it is needed: it takes as long to load as all the rest.
  const { proxiedFetch } = await import('./proxied-fetch.ts');
  return proxiedFetch(env);
}
