import { type Access, readAccess, tokenFor, checkBases } from './access.ts';
import { CHECK } from './commands.ts';
import type { Environment } from './setting.ts';
import { readTable, type Settings } from './table.ts';
import { tokenNow } from './token.ts';

/** Which server to check. */
export interface CheckPlan extends Access {
  readonly path: string;
  /** Present when the cordon is to be checked, too. */
  readonly token: string | undefined;
  readonly json: boolean;
}

/**
 * Makes the plan of `quietgate check`.
 *
 * @throws UsageError for the first thing that is missing or wrong, a proxy that cannot be used included
 */
export function makeCheckPlan(given: Settings, env: Environment): CheckPlan {
  const { values } = readTable(CHECK, given, env);
  const { url, path, json, 'with-cordon': withCordon } = values;
  checkBases(url, path);
  return {
    ...readAccess(values, env),
    path,
    token: withCordon ? tokenNow(tokenFor('--with-cordon', values)) : undefined,
    json,
  };
}
