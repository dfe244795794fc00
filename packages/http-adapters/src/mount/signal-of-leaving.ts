/** What is needed of a response of Node's. */
export interface ClosingResponse {
  readonly writableFinished?: boolean;
  once?(event: 'close', listener: () => void): unknown;
}

/** Aborts when the connection closes before the response was written whole. */
export function signalOfLeaving(response: ClosingResponse): AbortSignal {
  const leaving = new AbortController();
  response.once?.('close', () => {
    if (response.writableFinished === false) leaving.abort();
  });
  return leaving.signal;
}
