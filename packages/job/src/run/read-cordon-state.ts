import { fetchCordon, type WaitForQuietOptions } from '@quietgate/core';

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
export async function readCordonState({
  url,
  headers,
  token,
  fetch,
  requestTimeoutMs,
}: Question): Promise<CordonReading | { readonly problem: string }> {
  try {
    const asked = await fetchCordon({ url, headers, token, fetch, requestTimeoutMs });
    return { seconds: asked.remainingMs / 1000, holders: asked.holders };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
