import type { EndpointRequest } from '../src/endpoint/endpoint.ts';
import type { Log } from '../src/endpoint/log.ts';

/** What is said of a request beside its method. */
type RequestParts = Partial<Omit<EndpointRequest, 'method' | 'signal' | 'log'>> & {
  signal?: AbortSignal | undefined;
  log?: Log;
};

/** A request of a client that sends no header and stays, for an endpoint that is asked without a server. */
export function requestOf(method: string, { signal, log, ...more }: RequestParts = {}): EndpointRequest {
  const rest = { signal: () => signal, log: log && (() => log) };
  return { method, query: '', prefer: undefined, authorization: undefined, ...more, ...rest };
}
