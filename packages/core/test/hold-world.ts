import type { GateEvent, Roll, WaitForQuietOptions } from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
import {
  type CordonHistory,
  liftLease,
  NEVER_UP,
  raiseLease,
  remainingMs,
} from '../src/cordon/cordon-rules.ts';
import { TOKEN } from './cordoned-endpoint.ts';
import type { Answer } from './scripted-endpoint.ts';

/** One request to one of the servers. */
export interface HoldRequest {
  readonly atMs: number;
  readonly method: string;
  readonly host: string;
  readonly params: URLSearchParams;
  readonly prefer: string | null;
  readonly signal: AbortSignal;
}

type UrlOptions = Extract<WaitForQuietOptions, { url: string | URL }>;
type CordonOptions = NonNullable<UrlOptions['cordon']>;
type GateOptions = Partial<Omit<UrlOptions, 'cordon'>> & {
  /** `false` for a gate without one. */
  readonly cordon?: Partial<CordonOptions> | false;
};

const LIMITS = { maxUpMs: 3_600_000, restMs: 60_000 };

/**
 * Servers on a virtual clock, each with a count, and with a cordon by the product's own rules, which forgets its leases
 * when it restarts.
 */
export function createHoldWorld() {
  const clock = createVirtualClock();
  const requests: HoldRequest[] = [];
  const events: (GateEvent & { readonly atMs: number; readonly host: string })[] = [];
  const servers = new Map<string, Server>();
  let leasesBegun = 0;

  interface Server {
    /** Runs in flight: a number, or one by the time. */
    count: number | ((atMs: number) => number);
    cordon: CordonHistory;
    /** What it answers instead, if anything. */
    instead: (request: HoldRequest) => Answer | undefined;
  }

  const server = (host: string): Server => {
    const known = servers.get(host);
    if (known !== undefined) return known;
    const fresh: Server = { count: 0, cordon: NEVER_UP, instead: () => undefined };
    servers.set(host, fresh);
    return fresh;
  };

  const serve = (of: Server, { method, params }: HoldRequest): Response => {
    const now = clock.now();
    const holder = params.get('holder') ?? '';
    if (method === 'DELETE') {
      of.cordon = liftLease(of.cordon, holder, now);
      return Response.json({});
    }
    if (method === 'PUT') {
      const outcome = raiseLease(
        of.cordon,
        {
          holder,
          leaseMs: Number(params.get('seconds')) * 1000,
          renews: params.get('lease') ?? undefined,
          freshId: `lease-${leasesBegun + 1}`,
        },
        now,
        LIMITS,
      );
      if (!outcome.granted) return Response.json({ error: outcome.message }, { status: 409 });
      of.cordon = outcome.state;
      if (outcome.lease.id === `lease-${leasesBegun + 1}`) leasesBegun++;
      return Response.json({ seconds: Math.floor(outcome.lease.leaseMs / 1000), lease: outcome.lease.id });
    }
    const count = typeof of.count === 'number' ? of.count : of.count(now);
    return Response.json({ count, ids: Array.from({ length: count }, (_, index) => `run-${index}`) });
  };

  const fetch = async (
    input: string,
    { method = 'GET', headers, signal }: RequestInit,
  ): Promise<Response> => {
    const url = new URL(input);
    const request: HoldRequest = {
      atMs: clock.now(),
      method,
      host: url.hostname,
      params: url.searchParams,
      prefer: new Headers(headers).get('prefer'),
      signal: signal ?? new AbortController().signal,
    };
    requests.push(request);
    const of = server(url.hostname);
    return (await of.instead(request)?.(request.signal)) ?? serve(of, request);
  };

  return {
    clock,
    requests,
    events,
    server,
    /** The server's process ends and starts anew. */
    restart: (host: string): void => {
      server(host).cordon = NEVER_UP;
    },
    /** Whether a server's cordon is up. */
    isUp: (host: string) => remainingMs(server(host).cordon, clock.now()) > 0,
    /** The options of a gate of a server. */
    gate: (host: string, { cordon, ...options }: GateOptions = {}): WaitForQuietOptions => ({
      url: `https://${host}`,
      fetch,
      clock,
      onEvent: (event) => events.push({ ...event, atMs: clock.now(), host }),
      ...options,
      cordon: cordon === false ? undefined : { token: TOKEN, holder: 'deploy-42', ...cordon },
    }),
    /** What was asked of a server when, as in `0 PUT`. */
    asked: (host: string) =>
      requests.filter((each) => each.host === host).map(({ atMs, method }) => `${atMs} ${method}`),
    /** What a gate told when, as in `0 cordoned`. */
    told: (host: string) =>
      events.filter((each) => each.host === host).map(({ atMs, type }) => `${atMs} ${type}`),
    /** A roll that takes so long. */
    rollFor:
      (ms: number): Roll<string> =>
      async () => {
        await clock.sleep(ms);
        return 'rolled';
      },
  };
}
