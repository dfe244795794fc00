import { DEFAULT_LIMITS } from '@quietgate/core/internal';
import { Exchange } from './exchange.ts';
import type { NetworkError } from './network-error.ts';
import type { NetworkResponse } from './network-response.ts';
import type { Phase } from './phase.ts';

/** How a deploy job reaches a server. */
export interface Network {
  /**
   * A `fetch` for `waitForQuiet` and `uncordon`, over `node:http` and `node:https`. Of `init` it takes `method`, `headers`,
   * `redirect` (`follow` or `manual`) and `signal`. Each request has a connection of its own, which is closed when the
   * body has been read or cancelled, when the request fails and when the signal aborts. A body is for core's `readBody`: no
   * more of a `ReadableStream` is there.
   *
   * @throws NetworkError that says what failed, and where
   * @throws the signal's reason, when it aborts
   */
  readonly fetch: (input: string, init: RequestInit) => Promise<NetworkResponse>;
  /**
   * How far the newest request has got, or had when it ended: after a time-out it is known by this whether a server was slow
   * (`waiting` or `reading`), or none was reached (all others).
   */
  readonly phase: () => Phase;
  /** Why the newest request failed, if it did. */
  readonly failure: () => NetworkError | undefined;
}

export interface NetworkOptions {
  /** What `Host` says instead of the URL's host: as with curl, but for a redirect to another origin. */
  readonly host?: string | undefined;
  /** Within which a request is expected to be answered: shared between the addresses of a host. Default: the gate's. */
  readonly requestTimeoutMs?: number;
}

/** The network as the environment describes it, by HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY as curl reads them. */
export function createNetwork(
  env: NodeJS.ProcessEnv,
  { host, requestTimeoutMs = DEFAULT_LIMITS.requestTimeoutMs }: NetworkOptions = {},
): Network {
  let phase: Phase = 'resolving';
  let failure: NetworkError | undefined;
  const reached = new Set<string | undefined>();
  return {
    fetch: (input, { method, headers, redirect, signal }) => {
      phase = 'resolving';
      failure = undefined;
      const exchange = new Exchange({
        request: { url: new URL(input), method, headers: requestHeaders(headers, host) },
        followRedirects: redirect !== 'manual',
        timeoutMs: requestTimeoutMs,
        signal: signal ?? undefined,
        env,
        reached,
        onPhase: (entered) => {
          phase = entered;
        },
        onFailure: (error) => {
          failure = error;
        },
      });
      return exchange.response;
    },
    phase: () => phase,
    failure: () => failure,
  };
}

/**
 * A response is small, and one that is not compressed cannot break in more ways; what is compressed all the same is read. A
 * name for the log of the server: some firewalls refuse who has none.
 */
const DEFAULTS = { 'accept-encoding': 'identity', 'user-agent': 'quietgate' };

function requestHeaders(given: RequestInit['headers'] = {}, host?: string): Record<string, string> {
  const entries = Symbol.iterator in given ? given : Object.entries(given);
  const headers: Record<string, string> = { ...DEFAULTS, ...(host !== undefined && { host }) };
  for (const [name, value] of entries as Iterable<[string, string]>) headers[name.toLowerCase()] = value;
  return headers;
}
