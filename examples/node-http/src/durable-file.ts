import { randomBytes } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';

const TEMPORARY_PATTERN = /^\.[A-Za-z0-9_-]+\.(\d{1,10})(?:\.[0-9a-f]{8})?\.json\.tmp$/;

/** The name for a file that is still being written: it says by which process, and meets none of another's. */
export function temporaryName(name: string): string {
  return `.${basename(name, '.json')}.${process.pid}.${randomBytes(4).toString('hex')}.json.tmp`;
}

/**
 * Whether a name is that of a temporary file which nobody is writing any more: the process in its name is gone, or is
 * this one, in an earlier life. To be asked before this process writes.
 */
export function isLeftover(name: string): boolean {
  const pid = Number(TEMPORARY_PATTERN.exec(name)?.[1]);
  return pid === process.pid || (pid > 0 && !isAlive(pid));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
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
