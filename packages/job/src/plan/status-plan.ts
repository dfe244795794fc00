import { type Access, checkBases, givenToken, readAccess } from './access.ts';
import { STATUS } from './commands.ts';
import type { Environment } from './setting.ts';
import { readTable, type Settings } from './table.ts';
import type { Token } from './token.ts';

/** Where to ask what is in flight. */
export interface StatusPlan extends Access {
  readonly path: string;
  /** Present where the cordon can be asked, too: not without a URL that was given, since the token is sent to no default. */
  readonly token: Token | undefined;
  readonly json: boolean;
}

/**
 * Makes the plan of `quietgate status`.
 *
 * @throws UsageError for the first thing that is wrong, a proxy that cannot be used included
 */
export function makeStatusPlan(given: Settings, env: Environment): StatusPlan {
  const { values } = readTable(STATUS, given, env);
  const { url, path, json } = values;
  checkBases(url, path);
  return {
    ...readAccess(values, env),
    path,
    token: url && givenToken(values),
    json,
  };
}
