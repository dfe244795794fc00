import { type CordonState, DEFAULT_API_URL } from '@quietgate/core';
import { readGateOptions, type GateLimits } from '@quietgate/core/internal';
import { type Proxy, proxyFor } from '../network/proxy-for.ts';
import { UsageError } from '../usage-error.ts';
import { cordonFor, type CordonPlan, type IdToken, splitHost, checkBases } from './access.ts';
import { API_URL_VARIABLE, WAIT } from './commands.ts';
import type { PerServer } from './per-server.ts';
import type { GivenUrl, Stoppable } from './readers.ts';
import { checked, type Environment } from './setting.ts';
import { type Read, readTable, type Settings } from './table.ts';

/** What `waitForQuiet` is called with, every option filled in. */
export interface GatePlan extends GateLimits {
  readonly url: string;
  readonly path: string;
  readonly headers: [name: string, value: string][];
  readonly cordon: CordonPlan | undefined;
}

/** A server that has to be quiet. */
export interface ServerPlan {
  readonly gate: GatePlan;
  /** The proxy that the environment names for the URL. */
  readonly proxy: Proxy | undefined;
}

/** What is run once the deploy may go, while the cordon is held. */
export interface CommandPlan {
  /** Its name for the log: arguments may hold secrets. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** The lease is kept after a command that exits 0. */
  readonly keepsLease: boolean;
}

/** Why the default URL is asked: no URL was given, or the variable for it is empty. */
export type DefaultUrlReason = 'none given' | 'variable empty';

/** What to wait for, what to do then, and how to report it. */
export interface Plan {
  /** One at least. */
  readonly servers: PerServer<ServerPlan>;
  readonly defaultUrl: DefaultUrlReason | undefined;
  /** What the header `Host` says in place of the URL's host, which `fetch` could not send. */
  readonly host: string | undefined;
  readonly command: CommandPlan | undefined;
  /** What to do where the cordon is not up, beside what its message says. */
  readonly cordonAdvice: string | undefined;
  readonly failOn: readonly Stoppable[];
  /** The lease ends with the job, and not by itself. */
  readonly uncordonsAtJobEnd: boolean;
  /** Standard output is the result's alone, as JSON. */
  readonly json: boolean;
  /** Nothing is printed but warnings and errors. */
  readonly silent: boolean;
}

/** Nothing but defaults. */
export const NO_SETTINGS: Settings = new Map();

/** What a place adds to what was given there. */
export interface PlanOptions {
  /** What to run once the deploy may go, with its arguments. */
  readonly command?: readonly string[] | undefined;
  readonly idToken?: IdToken;
  /** What to do where the cordon is not up. */
  readonly cordonAdvice?: string | undefined;
}

/**
 * Makes the plan from what was given and what the environment adds.
 *
 * @throws UsageError for the first thing that is wrong, a proxy that cannot be used included
 */
export function makePlan(given: Settings, env: Environment, options: PlanOptions = {}): Plan {
  const read = readTable(WAIT, given, env);
  const { values } = read;
  const cordon = values.cordon ? cordonFor(values, env, options.idToken) : undefined;
  const { headers, host } = splitHost(values.header);
  const limits: GateLimits = {
    intervalMs: values.interval,
    maxWaitMs: values['max-wait'],
    requestTimeoutMs: values['request-timeout'],
    quietForMs: values['quiet-for'],
    retries: values.retries,
    onUnavailable: values['on-unavailable'],
    longPoll: !values['no-long-poll'],
  };
  checkDistinct(values.url);
  checkBases(values.url, values.path);
  const serverAt = (url: string): ServerPlan => {
    const gate = { ...limits, url, path: values.path, headers, cordon };
    checkLimits(gate, read);
    return { gate, proxy: proxyFor(new URL(url), env) };
  };
  const [url = DEFAULT_API_URL, ...others] = values.url.map((given) => given.url);
  return {
    servers: [serverAt(url), ...others.map(serverAt)],
    defaultUrl: defaultUrlReason(values.url, env),
    host,
    command: commandOf(read, options),
    cordonAdvice: options.cordonAdvice,
    failOn: [...new Set(values['fail-on'].flat())],
    uncordonsAtJobEnd: values.uncordon !== undefined,
    json: values.json,
    silent: values.silent,
  };
}

function commandOf({ values }: Read<typeof WAIT>, { command }: PlanOptions): CommandPlan | undefined {
  if (values.run !== undefined) return scriptCommand(values.run);
  if (command === undefined) {
    if (values['keep-lease']) throw new UsageError('--keep-lease needs a command behind --');
    return undefined;
  }
  const [file = '', ...args] = command;
  if (file === '') throw new UsageError('-- needs a command behind it');
  if (values.json) throw new UsageError("--json cannot go with a command: standard output is the command's");
  return { name: file, file, args, keepsLease: values['keep-lease'] };
}

/** The command that a script is: as the runner itself would run it. */
export function scriptCommand(script: string): CommandPlan {
  const args = ['--norc', '-e', '-o', 'pipefail', '-c', script];
  return { name: 'the script', file: 'bash', args, keepsLease: false };
}

function checkDistinct(urls: readonly GivenUrl[]): void {
  const baseOf = ({ url }: GivenUrl) => new URL(url).href.replace(/\/+$/, '');
  const bases = urls.map(baseOf);
  const again = urls.find((url, index) => bases.indexOf(baseOf(url)) < index);
  if (again !== undefined) throw new UsageError(`${again.name} is given twice with the same URL`);
}

function defaultUrlReason(urls: readonly GivenUrl[], env: Environment): DefaultUrlReason | undefined {
  if (urls.length > 0) return undefined;
  return env[API_URL_VARIABLE] === undefined ? 'none given' : 'variable empty';
}

/** The limits of core's that have to fit together, and their options. */
const LIMITS = [
  ['intervalMs', 'interval'],
  ['maxWaitMs', 'max-wait'],
  ['requestTimeoutMs', 'request-timeout'],
  ['quietForMs', 'quiet-for'],
  ['cordon.leaseMs', 'lease'],
] as const;

/** Lets core check how the limits fit together; its message then has the names that the user knows. */
function checkLimits(gate: GatePlan, { nameOf }: Read<typeof WAIT>): void {
  checked(
    () => readGateOptions(gate),
    (message) =>
      LIMITS.reduce(
        (said, [limit, option]) => said.replaceAll(limit, nameOf(option)),
        message.replace(/, got .*/, ''), // in milliseconds, whatever was given
      ),
  );
}

/** Whether an outcome is one that stops the deploy. */
export function stopsDeploy(
  { outcome, cordon }: { readonly outcome: string; readonly cordon?: CordonState },
  { failOn }: Pick<Plan, 'failOn'>,
): boolean {
  return failOn.some((each) => each === outcome || (each === 'uncordoned' && cordon?.up === false));
}
