import type { EndpointResponse } from './endpoint.ts';

const encoder = /* @__PURE__ */ new TextEncoder();

/** A response with a body in JSON, which no cache may keep. */
export function jsonResponse(
  status: number,
  content: object,
  headers: Record<string, string> = {},
): EndpointResponse {
  const body = JSON.stringify(content);
  return {
    status,
    headers: {
      ...headers,
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      'Content-Length': String(encoder.encode(body).byteLength),
    },
    body,
  };
}

/** The response to HEAD, given the one to GET. */
export function withoutBody(response: EndpointResponse): EndpointResponse {
  return { ...response, body: '' };
}

/** The response to a method that is none of an endpoint's. */
export function methodNotAllowed(methods: readonly string[]): EndpointResponse {
  return jsonResponse(405, { error: 'method not allowed' }, { Allow: methods.join(', ') });
}

const NOT_FOUND = jsonResponse(404, { error: 'not found' });

/** The response to a request for a path that is nobody's. */
export function notFound(method: string): EndpointResponse {
  return method === 'HEAD' ? withoutBody(NOT_FOUND) : NOT_FOUND;
}
