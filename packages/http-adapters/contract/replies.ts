import { expect } from 'vitest';
import type { Reply } from './client.ts';

/** Headers of the server or the connection, and not of the answer. */
const NOT_OF_THE_ANSWER = ['connection', 'date', 'keep-alive', 'transfer-encoding', 'x-powered-by'];

/** The headers that the endpoint answers with, and no others. */
export function headersOf({ headers }: Reply): Record<string, unknown> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_OF_THE_ANSWER.includes(name)));
}

/** Expects a reply byte for byte, with exactly these headers. */
export function expectReply(
  reply: Reply,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  expect({ status: reply.status, headers: headersOf(reply), body: reply.body }).toEqual({
    status,
    headers: {
      ...headers,
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'content-length': String(Buffer.byteLength(body)),
    },
    body,
  });
}

export function expectCount(reply: Reply, count: number, ids: readonly string[]): void {
  expectReply(reply, 200, JSON.stringify({ count, ids }));
}

export function expectUnavailable(reply: Reply): void {
  expectReply(reply, 503, '{"error":"in-flight count unavailable"}');
}
