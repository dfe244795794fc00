import type { EndpointRequest } from '../src/endpoint/endpoint.ts';

/** A request of a client that sends no header and stays, for an endpoint that is asked without a server. */
export function requestOf(method: string, more: Partial<EndpointRequest> = {}): EndpointRequest {
  return { method, query: '', prefer: undefined, authorization: undefined, signal: undefined, ...more };
}
