import type { ServerResponse } from 'node:http';
import { endpoint, json, type Respond, text } from './endpoint.ts';

/** The token of the cordon, for tests to look for where it must not be. */
export const TOKEN = 's3cret-token-of-the-cordon';

/** A server with a cordon, on loopback. */
export interface CordonedServer {
  readonly url: string;
  /** Whose leases last. */
  readonly holders: () => string[];
  /** What was asked, as in `PUT deploy-42`. */
  readonly asked: readonly string[];
  /** Resolves once a request like that has come. */
  readonly saw: (request: RegExp) => Promise<void>;
}

/** What answers in place of the cordon, or of the count. */
export interface Answers {
  readonly count: readonly Respond[];
  readonly raise?: Respond;
  readonly lift?: Respond;
}

/** Serves counts in turn, and a cordon whose leases last until they are lifted. */
export async function cordonedServer({ count, raise, lift }: Answers): Promise<CordonedServer> {
  const leases = new Set<string>();
  const asked: string[] = [];
  const watchers = new Set<() => void>();
  let polls = 0;
  const grant = (response: ServerResponse, holder: string, seconds: number) => {
    leases.add(holder);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ seconds, lease: `lease-of-${holder}` }));
  };

  const { url } = await endpoint((response, request) => {
    const { method = '' } = request;
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://host');
    const holder = searchParams.get('holder') ?? '';
    const isCordon = pathname.endsWith('/cordon');
    asked.push(isCordon ? `${method} ${holder}` : 'count');
    for (const watch of watchers) watch();
    if (!isCordon) count[Math.min(++polls, count.length) - 1]?.(response, request);
    else if (request.headers.authorization !== `Bearer ${TOKEN}`) text(401)(response, request);
    else if (method === 'PUT') {
      if (raise === undefined) grant(response, holder, Number(searchParams.get('seconds')));
      else raise(response, request);
    } else if (method === 'DELETE') {
      if (holder === '*') leases.clear();
      leases.delete(holder);
      (lift ?? json({}))(response, request);
    } else {
      json({ seconds: leases.size > 0 ? 287 : 0, holders: [...leases].sort() })(response, request);
    }
  });

  return {
    url,
    asked,
    holders: () => [...leases],
    saw: (pattern) =>
      new Promise((resolve) => {
        const watch = () => {
          if (asked.some((request) => pattern.test(request))) resolve();
        };
        watchers.add(watch);
        watch();
      }),
  };
}
