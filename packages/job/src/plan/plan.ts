import { DEFAULT_API_URL, type QuietResult } from '@quietgate/core';
import { type Proxy, proxyFor } from '../network/proxy-for.ts';
import {
  readDuration,
  readFailOn,
  readHeader,
  readOnUnavailable,
  readRetries,
  readUrl,
  type Setting,
  type Stoppable,
} from './read-setting.ts';

/** The options that take a value. */
export const VALUE_OPTIONS = [
  'interval',
  'max-wait',
  'request-timeout',
  'quiet-for',
  'retries',
  'on-unavailable',
  'fail-on',
  'header',
] as const;

export type ValueOption = (typeof VALUE_OPTIONS)[number];

/** Everything that was given, in whatever way. Of an option that takes one value the last one counts. */
export interface Settings {
  readonly url?: Setting | undefined;
  readonly options: ReadonlyMap<ValueOption, readonly Setting[]>;
}

/** What to run: every option has its value. */
export interface Plan {
  readonly url: string;
  readonly headers: [name: string, value: string][];
  readonly intervalMs: number;
  readonly maxWaitMs: number;
  readonly requestTimeoutMs: number;
  readonly quietForMs: number;
  readonly retries: number;
  readonly onUnavailable: 'proceed' | 'wait';
  readonly failOn: readonly Stoppable[];
  /** The proxy that the environment names for the URL. */
  readonly proxy?: Proxy | undefined;
}

/** The limits when nothing else is asked for: those of `waitForQuiet`. */
const DEFAULTS = {
  intervalMs: 20_000,
  maxWaitMs: 30 * 60_000,
  requestTimeoutMs: 10_000,
  quietForMs: 0,
  retries: 2,
  onUnavailable: 'proceed',
} as const;

/** The two variables that workflows set already. */
const SECONDS_VARIABLES = [
  ['interval', 'POLL_INTERVAL_SECONDS'],
  ['max-wait', 'MAX_WAIT_SECONDS'],
] as const;

/**
 * Makes the plan from what was given and what the environment adds.
 *
 * @throws UsageError for the first thing that is wrong, be it a proxy that cannot be used
 */
export function makePlan(given: Settings, env: NodeJS.ProcessEnv): Plan {
  const plan = resolvePlan(withEnvironment(given, env));
  return { ...plan, proxy: proxyFor(new URL(plan.url), env) };
}

/** Fills in from the environment what was not given. An empty variable counts as unset. */
export function withEnvironment(given: Settings, env: NodeJS.ProcessEnv): Settings {
  const variable = (name: string) => {
    const value = env[name]?.trim() ?? '';
    return value === '' ? undefined : { name, value };
  };
  const options = new Map(given.options);
  for (const [option, name] of SECONDS_VARIABLES) {
    const setting = variable(name);
    if (setting !== undefined && !options.has(option)) options.set(option, [{ ...setting, inSeconds: true }]);
  }
  return { url: given.url ?? variable('CATALYST_API_URL'), options };
}

/**
 * Reads every setting. No message repeats a header's value, or what may be a password.
 *
 * @throws UsageError for the first one that is wrong
 */
export function resolvePlan({ url, options }: Settings): Plan {
  const last = <T>(option: ValueOption, read: (setting: Setting) => T, otherwise: T): T => {
    // Those before it are read as well: a wrong one is not to go unseen.
    return options.get(option)?.map(read).at(-1) ?? otherwise;
  };
  return {
    url: url === undefined ? DEFAULT_API_URL : readUrl(url),
    intervalMs: last('interval', readDuration(1), DEFAULTS.intervalMs),
    maxWaitMs: last('max-wait', readDuration(1), DEFAULTS.maxWaitMs),
    requestTimeoutMs: last('request-timeout', readDuration(1), DEFAULTS.requestTimeoutMs),
    quietForMs: last('quiet-for', readDuration(0), DEFAULTS.quietForMs),
    retries: last('retries', readRetries, DEFAULTS.retries),
    onUnavailable: last('on-unavailable', readOnUnavailable, DEFAULTS.onUnavailable),
    failOn: [...new Set((options.get('fail-on') ?? []).flatMap(readFailOn))],
    headers: (options.get('header') ?? []).map(readHeader),
  };
}

/** Tells whether the outcome is one that stops the deploy. */
export function stopsDeploy(
  { outcome }: Pick<QuietResult, 'outcome'>,
  { failOn }: Pick<Plan, 'failOn'>,
): boolean {
  return (failOn as readonly string[]).includes(outcome);
}
