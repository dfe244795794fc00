import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folderOf = (corpus: string) => fileURLToPath(new URL(`corpus/${corpus}`, import.meta.url));

/** Reads a corpus: file names and their bytes. */
export function readCorpus(corpus: string): [string, Uint8Array][] {
  const folder = folderOf(corpus);
  return readdirSync(folder)
    .sort()
    .map((file) => [file, readFileSync(join(folder, file))]);
}

/** Adds an input to a corpus, and returns its file. */
export function addToCorpus(corpus: string, kind: 'found' | 'broken', bytes: Uint8Array): string {
  const name = `${kind}-${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}`;
  const file = join(folderOf(corpus), name);
  writeFileSync(file, bytes);
  return file;
}
