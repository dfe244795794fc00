import { CORDON_PATH } from '@quietgate/core';
import { checkToken, DEFAULT_LEASE_MS, HOLDER_RULE, isHolder, MIN_LEASE_MS } from '@quietgate/core/internal';
import { UsageError } from '../usage-error.ts';
import type { Settings } from './plan.ts';
import { readDuration, readUrl, type Setting, wrong } from './read-setting.ts';

/** Which cordon is raised, and by whom. */
export interface CordonPlan {
  readonly token: string;
  readonly holder: string;
  readonly leaseMs: number;
}

/**
 * Reads which cordon to raise.
 *
 * @param newHolder makes a holder where none was given
 * @throws UsageError when something is missing or wrong; no message repeats a token
 */
export function readCordon({ values }: Settings, newHolder: () => string): CordonPlan {
  const { token } = readAccess({ values }, 'a cordon');
  return {
    token,
    holder: values.get('holder')?.map(readHolder).at(-1) ?? newHolder(),
    leaseMs: values.get('lease')?.map(readLease).at(-1) ?? DEFAULT_LEASE_MS,
  };
}

/** Reads where the cordon is, and what opens it: both have to be given, since the token goes to no default. */
export function readAccess(
  { values }: Pick<Settings, 'values'>,
  purpose: string,
): { url: string; token: string } {
  const url = values.get('url')?.map(readUrl(CORDON_PATH)).at(-1);
  const token = values.get('cordon-token')?.map(readToken).at(-1);
  if (token === undefined)
    throw new UsageError(`${purpose} needs the server's token: CORDON_TOKEN, or the input cordon-token`);
  if (url === undefined) throw new UsageError(`${purpose} needs a URL: the token goes to no default`);
  return { url, token };
}

export function readHolder(setting: Setting): string {
  const { value, isHidden } = setting;
  // What stands there in place of a value is an option; and everybody sees who holds a cordon, so the token is none.
  if (!isHolder(value) || value.startsWith('-') || isHidden !== undefined) {
    throw wrong(setting, `takes ${HOLDER_RULE}`);
  }
  return value;
}

function readLease(setting: Setting): number {
  const ms = readDuration(MIN_LEASE_MS)(setting);
  if (ms % 1000 !== 0) throw wrong(setting, 'takes whole seconds, as in 90s or 10m');
  return ms;
}

function readToken({ name, value }: Setting): string {
  try {
    checkToken(name, value);
  } catch (error) {
    throw new UsageError((error as Error).message); // which does not repeat it
  }
  return value;
}
