import type { Answer } from './endpoint.ts';

/** An answer with a body in JSON, which no cache may keep. */
export function jsonAnswer(status: number, content: object, headers: Record<string, string> = {}): Answer {
  const body = JSON.stringify(content);
  return {
    status,
    headers: {
      ...headers,
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      'Content-Length': String(new TextEncoder().encode(body).byteLength),
    },
    body,
  };
}

/** The answer to HEAD, given the one to GET. */
export function withoutBody(answer: Answer): Answer {
  return { ...answer, body: '' };
}

/** The answer to a method that is none of an endpoint's. */
export function methodNotAllowed(methods: readonly string[]): Answer {
  return jsonAnswer(405, { error: 'method not allowed' }, { Allow: methods.join(', ') });
}

const NOT_FOUND = jsonAnswer(404, { error: 'not found' });

/** The answer to a request for a path that is nobody's. */
export function notFound(method: string): Answer {
  return method === 'HEAD' ? withoutBody(NOT_FOUND) : NOT_FOUND;
}
