import { randomBytes } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The name for a file that is still being written. Random, so that it meets no leftover of an earlier process. */
export function temporaryName(name: string): string {
  return `.${name}.${randomBytes(4).toString('hex')}.tmp`;
}

/**
 * Writes a file so that whoever looks sees it whole or not at all, after a power cut too: to a temporary file in the
 * same directory, flushed, then put in its place, and the directory flushed.
 *
 * @param place `replace` takes the place of a file of that name; `create` fails with `EEXIST` if there is one
 */
export async function writeDurably(
  directory: string,
  name: string,
  temporary: string,
  text: string,
  place: 'create' | 'replace',
): Promise<void> {
  const from = join(directory, temporary);
  const to = join(directory, name);
  try {
    const file = await open(from, 'wx');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    // A rename would silently replace what is there; a second link to the file will not.
    if (place === 'create') await link(from, to);
    else await rename(from, to);
  } finally {
    await rm(from, { force: true });
  }
  await flushDirectory(directory);
}

async function flushDirectory(directory: string): Promise<void> {
  // Windows opens no directory, and needs no flush of one.
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
