import type { EndpointRequest } from '../src/endpoint/endpoint.ts';
import type { Log } from '../src/endpoint/log.ts';

/** What is said of a request beside its method. */
type RequestParts = Partial<Omit<EndpointRequest, 'method' | 'query' | 'signal' | 'log'>> & {
  query?: string;
  signal?: AbortSignal | undefined;
  log?: Log;
};

/** A request of a client that sends no header and stays, for an endpoint that is asked without a server. */
export function requestOf(
  method: string,
  { query = '', signal, log, ...more }: RequestParts = {},
): EndpointRequest {
  const rest = { query: () => query, signal: () => signal, log: log && (() => log) };
  return { method, prefer: undefined, authorization: undefined, ...more, ...rest };
}
