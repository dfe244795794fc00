import { checkToken } from '@quietgate/core/internal';
import { readFileSync } from 'node:fs';
import { UsageError } from '../usage-error.ts';
import { checked } from './setting.ts';

/** A token of a cordon, or what reads it anew for each request: one that a file holds may rotate. */
export type Token = string | (() => string | Promise<string>);

/**
 * The token as it is at the moment.
 *
 * @throws TypeError for one that has to be waited for
 */
export function tokenNow(token: Token): string {
  const now = typeof token === 'string' ? token : token();
  if (typeof now !== 'string') throw new TypeError('the token has to be waited for');
  return now;
}

/**
 * The token that a file holds, white space around it aside, read before each request.
 *
 * @param name what names the file, for messages
 * @throws UsageError when the file cannot be read now, or holds no token
 */
export function tokenFrom(name: string, path: string): () => string {
  const read = () => readFileSync(path, 'utf8').trim();
  let token: string;
  try {
    token = read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`${name} takes the path of a file that can be read (${String(code)})`);
  }
  if (token === '')
    throw new UsageError(`${name} takes the path of a file with a token in it, and it is empty`);
  checked(() => {
    checkToken(`the token in ${name}`, token);
  });
  return read;
}
