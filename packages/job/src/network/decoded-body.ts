import type { IncomingMessage } from 'node:http';
import { type Duplex, pipeline, type Readable } from 'node:stream';

/** As many layers of compression as a browser bears. */
const MAX_CODINGS = 5;
const CODINGS: readonly string[] = ['gzip', 'x-gzip', 'deflate', 'br'];

/**
 * The body of a response, decompressed as `fetch` does: nothing is read, and no decompressor loaded, before somebody
 * reads it. A body in an encoding that nobody knows is left as it is; one that ends too early is an error, never a
 * shorter body.
 */
export async function* decodedBody(
  response: IncomingMessage,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const codings = codingsOf(response);
  let body: Readable = response;
  if (codings.every((coding) => CODINGS.includes(coding))) {
    for (const coding of codings) {
      const encoded = body;
      // What goes wrong is passed on to the decoder, and so to whoever reads it.
      body = pipeline(encoded, await decoderOf(coding, encoded), () => undefined);
    }
  }
  for await (const chunk of body) yield chunk as Uint8Array<ArrayBuffer>;
}

/** The outermost first. */
function codingsOf({ headers }: IncomingMessage): string[] {
  const codings = (headers['content-encoding'] ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (codings.length > MAX_CODINGS) throw new Error(`the body is compressed more than ${MAX_CODINGS} times`);
  return codings.reverse();
}

async function decoderOf(coding: string, encoded: Readable): Promise<Duplex> {
  const zlib = await import('node:zlib');
  if (coding === 'br') return zlib.createBrotliDecompress();
  if (coding !== 'deflate') return zlib.createGunzip();
  // By the book it is zlib's format, in the field often a raw one.
  return (await firstByte(encoded)) % 16 === ZLIB ? zlib.createInflate() : zlib.createInflateRaw();
}

/** The method in the first byte of zlib's format. */
const ZLIB = 8;

async function firstByte(stream: Readable): Promise<number> {
  await new Promise((resolve, reject) => {
    stream.once('readable', resolve).once('end', resolve).once('close', resolve).once('error', reject);
  });
  const chunk = stream.read() as Buffer | null;
  if (chunk?.[0] === undefined) throw new Error('the compressed body is empty');
  stream.unshift(chunk);
  return chunk[0];
}
