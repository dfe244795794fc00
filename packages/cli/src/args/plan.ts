import { DEFAULT_API_URL, type QuietResult } from '@quietgate/core';
import { quote } from '../text/quote.ts';
import { parseDuration, parseSeconds } from './parse-duration.ts';
import { UsageError } from './usage-error.ts';

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

/** The outcomes that can be made to stop a deploy. */
export const STOPPABLE = ['timed-out', 'failed-open'] as const;

export type Stoppable = (typeof STOPPABLE)[number];

/** A value as it was given, with the name that its giver knows it by: `--interval`, `MAX_WAIT_SECONDS` … */
export interface Setting {
  readonly name: string;
  readonly value: string;
  /** A duration is in plain seconds, as `20`, and not as `20s`. */
  readonly inSeconds?: boolean;
}

/** Everything that was given, on whatever way. Of an option that takes one value the last one counts. */
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

/** The longest duration that the gate takes: what JavaScript's timers keep, about 24 days and 20 hours. */
const MAX_DURATION_MS = 2_147_483_647;
const MAX_RETRIES = 100;

/** The two variables that workflows set already. */
const SECONDS_VARIABLES = [
  ['interval', 'POLL_INTERVAL_SECONDS'],
  ['max-wait', 'MAX_WAIT_SECONDS'],
] as const;

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
    const setting = options.get(option)?.at(-1);
    return setting === undefined ? otherwise : read(setting);
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

function readUrl({ name, value }: Setting): string {
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    throw wrong(name, 'takes an absolute http or https URL, as in https://console.openova.io', value);
  }
  const { username, password } = new URL(value);
  if (username !== '' || password !== '') {
    throw new UsageError(
      `${name} must not carry a user name or password: send credentials in a header, as in 'Authorization: …'`,
    );
  }
  return value;
}

function readDuration(leastMs: number): (setting: Setting) => number {
  return ({ name, value, inSeconds = false }) => {
    const ms = inSeconds ? parseSeconds(value) : parseDuration(value);
    if (ms === undefined) {
      throw wrong(
        name,
        inSeconds ? 'takes plain seconds, as in 20' : 'takes a duration, as in 1500ms, 20s or 30m',
        value,
      );
    }
    if (ms < leastMs || ms > MAX_DURATION_MS) {
      throw wrong(name, `must be from ${leastMs}ms to ${MAX_DURATION_MS}ms (24 days)`, value);
    }
    return ms;
  };
}

function readRetries({ name, value }: Setting): number {
  if (!/^\d+$/.test(value) || Number(value) > MAX_RETRIES) {
    throw wrong(name, `takes an integer from 0 to ${MAX_RETRIES}`, value);
  }
  return Number(value);
}

function readOnUnavailable({ name, value }: Setting): 'proceed' | 'wait' {
  if (value !== 'proceed' && value !== 'wait') throw wrong(name, 'takes proceed or wait', value);
  return value;
}

function readFailOn({ name, value }: Setting): Stoppable[] {
  return value.split(',').map((part) => {
    const outcome = STOPPABLE.find((each) => each === part.trim());
    if (outcome === undefined)
      throw wrong(name, `takes ${STOPPABLE.join(' or ')}, or both with a comma between`, value);
    return outcome;
  });
}

function readHeader({ name, value: line }: Setting): [name: string, value: string] {
  const colon = line.indexOf(':');
  const header = line.slice(0, Math.max(0, colon)).trim();
  const value = line.slice(colon + 1).trim();
  const valid = () => {
    try {
      return new Headers([[header, value]]).has(header);
    } catch {
      return false; // its message would repeat the value
    }
  };
  if (header === '' || !valid()) {
    throw new UsageError(`${name} takes one header, as in 'Name: value' (what it got is not shown)`);
  }
  return [header, value];
}

function wrong(name: string, takes: string, value: string): UsageError {
  return new UsageError(`${name} ${takes}, got ${quote(value)}`);
}
