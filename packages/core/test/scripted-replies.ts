import type { Clock, InFlightCount, WaitForQuietOptions } from '@quietgate/core';
import type { ModelRequest, Reply } from './gate-model.ts';

/** What the gate asks: a `fetch` under a URL, or a source. */
export type Way = 'fetch' | 'source';

/** Plays replies to a gate, one for each request, over and over. */
export interface Script {
  /** To be spread into the gate's options. */
  readonly target: WaitForQuietOptions;
  readonly requests: readonly ModelRequest[];
  /** Requests that the gate neither has the answer of nor has called off. */
  readonly underWay: () => number;
}

export function playReplies(
  replies: readonly Reply[],
  { way, clock, obeysSignal }: { way: Way; clock: Clock; obeysSignal: boolean },
): Script {
  const requests: ModelRequest[] = [];
  const startedAt = clock.now();
  let underWay = 0;

  const reply = async (signal: AbortSignal, waitS?: number): Promise<Reply> => {
    if (underWay > 0) throw new Error('a request was left behind when the next one started');
    const next = replies[requests.length % replies.length] ?? { kind: 'hang' };
    requests.push({ atMs: clock.now() - startedAt, waitS });
    underWay++;
    let open = true;
    const close = () => {
      if (open) underWay--;
      open = false;
    };
    signal.addEventListener('abort', close, { once: true });
    if (next.kind === 'hang') await forever(obeysSignal ? signal : undefined);
    else await clock.sleep(next.afterMs, obeysSignal ? signal : undefined);
    if (next.kind !== 'drip') close();
    return next;
  };

  const target =
    way === 'fetch'
      ? {
          url: 'http://gate.test',
          fetch: async (_url: string, init: RequestInit) => {
            if (!(init.signal instanceof AbortSignal)) throw new Error('no signal');
            return asResponse(await reply(init.signal, waitOf(init)));
          },
        }
      : {
          source: async ({ signal }: { signal: AbortSignal }) => {
            const next = await reply(signal);
            if (next.kind === 'drip') await forever(undefined);
            return asInFlightCount(next);
          },
        };
  return { target, requests, underWay: () => underWay };
}

function asResponse(reply: Reply): Response {
  switch (reply.kind) {
    case 'count':
      return Response.json({ count: reply.count, ids: [] }, { headers: headersOf(reply) });
    case 'malformed':
      return new Response(reply.body);
    case 'status': {
      const body = [204, 205, 304].includes(reply.status) ? null : '{"count":0,"ids":[]}';
      const headers = reply.retryAfterS === undefined ? {} : { 'retry-after': String(reply.retryAfterS) };
      return new Response(body, { status: reply.status, headers });
    }
    case 'drip':
      return new Response(
        new ReadableStream({
          start: (body) => {
            body.enqueue(new TextEncoder().encode('{"count":'));
          },
        }),
      );
    case 'failure':
    case 'hang':
      throw new TypeError('fetch failed');
  }
}

function headersOf({ ageS, applied, unknown }: Extract<Reply, { kind: 'count' }>): Record<string, string> {
  return {
    ...(ageS === undefined ? {} : { age: String(ageS) }),
    ...(applied === true ? { 'preference-applied': 'wait=25' } : {}),
    ...(unknown === undefined ? {} : { 'quietgate-unknown': String(unknown) }),
  };
}

/** What the request says of being held, in seconds. */
function waitOf({ headers }: RequestInit): number | undefined {
  const prefer = new Headers(headers).get('prefer');
  return prefer === null ? undefined : Number(/^wait=(\d+)$/.exec(prefer)?.[1]);
}

function asInFlightCount(reply: Reply): InFlightCount {
  if (reply.kind === 'count') return { count: reply.count, ids: [] };
  if (reply.kind === 'malformed') return reply.body as unknown as InFlightCount;
  throw new Error('the store is down');
}

function forever(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener(
      'abort',
      () => {
        reject(signal.reason);
      },
      { once: true },
    );
  });
}
