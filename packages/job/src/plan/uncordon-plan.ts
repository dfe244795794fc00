import { UsageError } from '../usage-error.ts';
import { type Access, checkBases, type IdToken, readAccess, tokenFor } from './access.ts';
import { UNCORDON } from './commands.ts';
import type { Environment } from './setting.ts';
import { readTable, type Settings } from './table.ts';
import type { Token } from './token.ts';

/** Whose lease to release. */
export interface UncordonPlan extends Access {
  readonly token: Token;
  readonly ending: { readonly holder: string } | { readonly all: true };
  readonly retries: number;
  readonly silent: boolean;
}

/**
 * Makes the plan of `quietgate uncordon`.
 *
 * @throws UsageError for the first thing that is missing or wrong, a proxy that cannot be used included
 */
export function makeUncordonPlan(given: Settings, env: Environment, idToken?: IdToken): UncordonPlan {
  const { values } = readTable(UNCORDON, given, env);
  const { holder, all, retries, silent } = values;
  const token = tokenFor('uncordon', values, idToken);
  checkBases(values.url);
  if ((holder !== undefined) === all) {
    throw new UsageError(`uncordon needs --holder or --all, got ${all ? 'both' : 'neither'}`);
  }
  return {
    ...readAccess(values, env),
    token,
    ending: holder === undefined ? { all: true } : { holder },
    retries,
    silent,
  };
}
