/** What is needed of a response of Node's. */
export interface ClosingResponse {
  readonly writableEnded?: boolean;
  once?(event: 'close', listener: () => void): unknown;
}

/** Aborts when the connection closes before there was an answer. */
export function signalOfLeaving(response: ClosingResponse): AbortSignal {
  const leaving = new AbortController();
  response.once?.('close', () => {
    // Not writableFinished: over HTTP/2 that is true of a stream which the client has cancelled.
    if (response.writableEnded !== true) leaving.abort();
  });
  return leaving.signal;
}
