import { UsageError } from '../usage-error.ts';
import { type Access, readAccess } from './access.ts';
import { UNTIL } from './commands.ts';
import type { Environment } from './setting.ts';
import { readTable, type Settings } from './table.ts';

/** What to ask, and which text its response has to contain. */
export interface UntilPlan extends Access {
  readonly text: string;
  readonly intervalMs: number;
  readonly maxWaitMs: number;
}

/**
 * Makes the plan of `quietgate until`.
 *
 * @throws UsageError for the first thing that is missing or wrong, a proxy that cannot be used included
 */
export function makeUntilPlan(given: Settings, env: Environment): UntilPlan {
  const { values } = readTable(UNTIL, given, env);
  const { url, text } = values;
  if (url === undefined || text === undefined) {
    throw new UsageError(
      "until needs a URL and a text, as in 'quietgate until https://console.openova.io/version v1.2.3'",
    );
  }
  return {
    ...readAccess(values, env),
    text,
    intervalMs: values.interval,
    maxWaitMs: values['max-wait'],
  };
}
