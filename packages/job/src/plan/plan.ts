import { DEFAULT_API_URL, IN_FLIGHT_COUNT_PATH, type QuietResult } from '@quietgate/core';
import { DEFAULT_LIMITS, type GateLimits } from '@quietgate/core/internal';
import { type Proxy, proxyFor } from '../network/proxy-for.ts';
import { makeHolder } from './make-holder.ts';
import { type CordonPlan, readCordon } from './read-cordon.ts';
import { type Flag, VALUE_OPTIONS, type ValueOption } from './options.ts';
import {
  readDuration,
  readFailOn,
  readHeaders,
  readOnUnavailable,
  readPath,
  readQuietFor,
  readRetries,
  readUncordon,
  readUrl,
  type Setting,
  type Stoppable,
} from './read-setting.ts';

/** Everything that was given, in whatever way. Of an option that takes one value the last one counts. */
export interface Settings {
  readonly values: ReadonlyMap<ValueOption, readonly Setting[]>;
  readonly flags: ReadonlySet<Flag>;
}

/** Nothing but defaults. */
export const NO_SETTINGS: Settings = { values: new Map(), flags: new Set() };

/** What `waitForQuiet` is called with, every option that the command line has filled in. */
export interface GatePlan extends GateLimits {
  readonly url: string;
  readonly path: string;
  readonly headers: [name: string, value: string][];
  readonly cordon: CordonPlan | undefined;
}

/** What to run, and how to report it. */
export interface Plan {
  readonly gate: GatePlan;
  /** What the header `Host` says in place of the URL's host, which `fetch` could not send. */
  readonly host: string | undefined;
  readonly failOn: readonly Stoppable[];
  /** The lease ends with the job, and not by itself. */
  readonly uncordonsAtJobEnd: boolean;
  /** The proxy that the environment names for the URL. */
  readonly proxy?: Proxy | undefined;
  /** Standard output is the result's alone, as JSON. */
  readonly json: boolean;
  /** Nothing is printed but trouble. */
  readonly silent: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Makes the plan from what was given and what the environment adds.
 *
 * @throws UsageError for the first thing that is wrong, a proxy that cannot be used included
 */
export function makePlan(given: Settings, env: Environment): Plan {
  const newHolder = () => makeHolder(env, crypto.randomUUID());
  const plan = resolvePlan(withEnvironment(given, env), newHolder);
  return { ...plan, proxy: proxyFor(new URL(plan.gate.url), env) };
}

/**
 * Fills in from the environment what was not given. An empty variable counts as unset. What holds the token in another
 * setting's place is hidden.
 */
export function withEnvironment({ values, flags }: Settings, env: Environment): Settings {
  const filled = new Map(values);
  for (const [option, { variable = '' }] of Object.entries(VALUE_OPTIONS)) {
    const value = env[variable]?.trim() ?? '';
    if (value === '' || values.has(option as ValueOption)) continue;
    filled.set(option as ValueOption, [{ name: variable, value, inSeconds: variable.endsWith('_SECONDS') }]);
  }
  const tokens = filled.get('cordon-token') ?? [];
  const hide = (setting: Setting): Setting =>
    tokens.some(({ value }) => setting.value.includes(value))
      ? { ...setting, isHidden: 'it holds the token of the cordon' }
      : setting;
  return { values: new Map([...filled].map(([option, given]) => [option, given.map(hide)])), flags };
}

/**
 * Reads every setting. No message repeats a header's value, or what may be a password.
 *
 * @throws UsageError for the first one that is wrong
 */
export function resolvePlan(settings: Settings, newHolder: () => string = () => 'me'): Plan {
  const { values, flags } = settings;
  const last = <T>(option: ValueOption, read: (setting: Setting) => T, otherwise: T): T => {
    // Those before it are read as well: a wrong one is not to go unseen.
    return values.get(option)?.map(read).at(-1) ?? otherwise;
  };
  const path = last('path', readPath, IN_FLIGHT_COUNT_PATH);
  const maxWaitMs = last('max-wait', readDuration(1), DEFAULT_LIMITS.maxWaitMs);
  const { headers, host } = readHeaders(values.get('header'));
  return {
    gate: {
      url: last('url', readUrl(path), DEFAULT_API_URL),
      path,
      intervalMs: last('interval', readDuration(1), DEFAULT_LIMITS.intervalMs),
      maxWaitMs,
      requestTimeoutMs: last('request-timeout', readDuration(1), DEFAULT_LIMITS.requestTimeoutMs),
      quietForMs: last('quiet-for', readQuietFor(maxWaitMs), DEFAULT_LIMITS.quietForMs),
      retries: last('retries', readRetries, DEFAULT_LIMITS.retries),
      onUnavailable: last('on-unavailable', readOnUnavailable, DEFAULT_LIMITS.onUnavailable),
      longPoll: !flags.has('no-long-poll'),
      headers,
      cordon: flags.has('cordon') ? readCordon(settings, newHolder) : undefined,
    },
    host,
    failOn: [...new Set((values.get('fail-on') ?? []).flatMap(readFailOn))],
    uncordonsAtJobEnd: last('uncordon', readUncordon, undefined) !== undefined,
    json: flags.has('json'),
    silent: flags.has('silent'),
  };
}

/** Whether the outcome is one that stops the deploy. */
export function stopsDeploy({ outcome, cordon }: QuietResult, { failOn }: Pick<Plan, 'failOn'>): boolean {
  return failOn.some((each) => each === outcome || (each === 'uncordoned' && cordon?.up === false));
}
