/** What is needed of a response of Node's. */
export interface ClosingResponse {
  readonly writableFinished?: boolean;
  once?(event: 'close', listener: () => void): unknown;
}

/** Aborts when the connection closes before the response was written whole. */
export function signalOfLeaving(response: ClosingResponse): AbortSignal {
  const leaving = new AbortController();
  response.once?.('close', () => {
    // Over HTTP/2 a response does not say so; nobody listens any more when it was written.
    if (response.writableFinished !== true) leaving.abort();
  });
  return leaving.signal;
}
