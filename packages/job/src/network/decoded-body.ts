import type { IncomingMessage } from 'node:http';
import { type Duplex, pipeline, type Readable } from 'node:stream';

/** As many layers of compression as a browser bears. */
const MAX_CODINGS = 5;
const CODINGS: readonly string[] = ['gzip', 'x-gzip', 'deflate', 'br'];

/**
 * The body of a response, decompressed as `fetch` does: nothing is read, and no decompressor loaded, before somebody
 * reads it. An encoding that nobody knows is passed over; a body that ends too early is an error, never a shorter body.
 */
export async function* decodedBody(
  response: IncomingMessage,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  let body: Readable = response;
  for (const coding of codingsOf(response)) {
    const encoded = body;
    // What goes wrong is passed on to the decoder, and so to whoever reads it.
    body = pipeline(encoded, await decoderOf(coding, encoded), () => undefined);
  }
  for await (const chunk of body) yield chunk as Uint8Array<ArrayBuffer>;
}

/** The outermost first. */
function codingsOf({ headers }: IncomingMessage): string[] {
  const named = headers['content-encoding']?.toLowerCase().split(/[\s,]/);
  const codings = named?.filter((coding) => CODINGS.includes(coding)) ?? [];
  if (codings.length > MAX_CODINGS) throw new Error(`the body is compressed more than ${MAX_CODINGS} times`);
  return codings.reverse();
}

async function decoderOf(coding: string, encoded: Readable): Promise<Duplex> {
  const zlib = await import('node:zlib');
  if (coding === 'br') return zlib.createBrotliDecompress();
  if (coding !== 'deflate') return zlib.createGunzip();
  return isZlib(await firstByte(encoded)) ? zlib.createInflate() : zlib.createInflateRaw();
}

/** By the book `deflate` is zlib's format, with its method in the first byte; in the field it is often a raw one. */
const isZlib = (first = 0): boolean => first % 16 === 8;

/** None at the end, which is what `null` stands for, in and out. */
async function firstByte(stream: Readable): Promise<number | undefined> {
  await new Promise((resolve, reject) => {
    stream.once('readable', resolve).once('end', resolve).once('error', reject);
  });
  const chunk = stream.read() as Buffer | null;
  stream.unshift(chunk);
  return chunk?.[0];
}
