/**
 * Reads a whole body, unless it is longer than `limitBytes`. Whatever is left unread, because of that or because
 * the signal aborts, is cancelled, so that no socket stays behind.
 *
 * @returns the bytes, or `undefined` for a body over the limit
 */
export async function readBody(
  response: Pick<Response, 'body'>,
  limitBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  if (response.body === null) return new Uint8Array();
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  // Not awaited: a stream that hangs may hang in its cancellation too.
  const cancel = () => void reader.cancel().catch(() => undefined);
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel);
  try {
    const chunks: Uint8Array[] = [];
    for (let size = 0; ;) {
      const { done, value } = await reader.read();
      if (done) return concat(chunks, size);
      size += value.byteLength;
      if (size > limitBytes) return undefined;
      chunks.push(value);
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
}

function concat(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}

/** Lets go of a body that nobody will read. */
export function discardBody(response: Pick<Response, 'body'>): void {
  void response.body?.cancel().catch(() => undefined);
}
