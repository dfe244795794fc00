import { CORDON_PATH, type WaitForQuietOptions } from '@quietgate/core';
import { requestCordon } from '@quietgate/core/internal';

/** How a server's cordon stands. */
export interface CordonReading {
  /** Seconds until it comes down; 0 when it is down. */
  readonly seconds: number;
  /** Whose leases last. */
  readonly holders: readonly string[];
}

interface Question {
  readonly url: string;
  readonly headers: [name: string, value: string][];
  readonly token: string;
  readonly fetch: NonNullable<WaitForQuietOptions['fetch']>;
  readonly requestTimeoutMs: number;
}

/** Reads how the cordon stands, or why that cannot be told. */
export async function readCordonState(
  question: Question,
): Promise<CordonReading | { readonly problem: string }> {
  const { url, headers, token, fetch, requestTimeoutMs } = question;
  const access = { base: new URL(url), path: CORDON_PATH, token, headers: new Headers(headers), fetch };
  const timeout = new AbortController();
  const timer = setTimeout(() => {
    timeout.abort(new Error(`no complete answer within ${requestTimeoutMs} ms`));
  }, requestTimeoutMs);
  const answer = await requestCordon(access, 'GET', {}, timeout.signal);
  clearTimeout(timer);
  if (answer.type === 'unavailable') return { problem: answer.message };
  return parseReading(answer.json) ?? { problem: 'the answer is not that of a cordon' };
}

function parseReading(json: unknown): CordonReading | undefined {
  const { seconds, holders } = Object(json) as { seconds?: unknown; holders?: unknown };
  const isReading =
    Number.isInteger(seconds) &&
    Number(seconds) >= 0 &&
    Array.isArray(holders) &&
    holders.every((holder) => typeof holder === 'string');
  return isReading ? { seconds: Number(seconds), holders: holders } : undefined;
}
