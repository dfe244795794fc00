import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { readBody } from './read-body.ts';

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

/** A body that sends its chunks and then nothing more; tells whether it was cancelled. */
function openBody(...chunks: string[]) {
  const body = { cancelled: false, response: new Response() };
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
    },
    cancel() {
      body.cancelled = true;
      return new Promise(() => undefined);
    },
  });
  body.response = new Response(stream);
  return body;
}

describe('readBody', () => {
  it('joins the chunks', async () => {
    const { signal } = new AbortController();
    const chunks = ['{"co', '', 'unt":', '0}'].map((chunk) => new TextEncoder().encode(chunk));
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        const chunk = chunks.shift();
        if (chunk === undefined) controller.close();
        else controller.enqueue(chunk);
      },
    });
    expect(text(await readBody(new Response(stream), 100, signal))).toBe('{"count":0}');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('reads up to the limit, and gives up after it', async () => {
    const { signal } = new AbortController();
    expect(text(await readBody(new Response('12345'), 5, signal))).toBe('12345');
    expect(await readBody(new Response('123456'), 5, signal)).toBeUndefined();
  });

  it('cancels what it gives up, without waiting for that', async () => {
    const { signal } = new AbortController();
    const body = openBody('123456');
    expect(await readBody(body.response, 5, signal)).toBeUndefined();
    expect(body.cancelled).toBe(true);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('cancels the rest when the signal aborts', async () => {
    const controller = new AbortController();
    const body = openBody('1');
    const reading = readBody(body.response, 5, controller.signal);
    controller.abort();
    await reading;
    expect(body.cancelled).toBe(true);
  });

  it('cancels a body that comes after the abort', async () => {
    const body = openBody('1');
    await readBody(body.response, 5, AbortSignal.abort());
    expect(body.cancelled).toBe(true);
  });
});
