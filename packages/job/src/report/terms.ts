import { IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import { httpProxyOf } from '../plan/access.ts';
import { eachServer, type PerServer } from '../plan/per-server.ts';
import type { CommandPlan, DefaultUrlReason, Plan, ServerPlan } from '../plan/plan.ts';
import type { Stoppable } from '../plan/readers.ts';
import { exactDuration } from '../text/format-duration.ts';
import { sanitise } from '../text/sanitise.ts';
import { withoutSecrets } from '../text/without-secrets.ts';

/** The plan in words: what is said of it, made once for everything that reports. */
export interface Terms {
  /** The base URL without its query, which may hold a token. */
  readonly url: string;
  /** Names the server in lines about several; absent where there is one. */
  readonly name: string | undefined;
  /** The URL that is asked, without a query. */
  readonly endpoint: string;
  readonly interval: string;
  readonly intervalMs: number;
  readonly maxWait: string;
  readonly maxWaitMs: number;
  readonly quietFor: string;
  /** The most attempts of one check. */
  readonly attempts: number;
  readonly failOn: readonly Stoppable[];
  /** Which lease is asked for, if any. */
  readonly cordon: LeaseTerms | undefined;
  /** What to do where the cordon is not up, beside what its message says. */
  readonly cordonAdvice: string | undefined;
  /** The variable that names the proxy. */
  readonly proxyVariable: string | undefined;
  /** The same, where it may respond in the server's place: for an http URL there is no tunnel through it. */
  readonly httpProxy: string | undefined;
  /** The name of the command that is run then, if any. */
  readonly command: string | undefined;
  /** Why the default URL is asked, where it is. */
  readonly defaultUrl: string | undefined;
  /** What follows an outcome that lets the deploy go. */
  readonly next: string;
  /** Every other option that changes the outcome or the way to it, as in `quiet-for 5m`. */
  readonly options: readonly string[];
}

interface LeaseTerms {
  readonly holder: string;
  readonly lease: string;
}

/** The terms of a gate that asks for a lease. */
export type CordonTerms = Terms & { readonly cordon: LeaseTerms };

/** For news of a cordon, which come only from a gate that asked for one. */
export function withCordon(terms: Terms): CordonTerms {
  return terms as CordonTerms;
}

/** Why the default URL is asked. */
const DEFAULT_URL: Readonly<Record<DefaultUrlReason, string>> = {
  'none given': 'the default URL, since none was given',
  'variable empty': 'the default URL, since CATALYST_API_URL is empty',
};

/** A command's name for the log: its arguments may hold secrets. */
export function commandName({ name }: CommandPlan): string {
  return sanitise(name, 64);
}

/** What is said of one of the plan's servers. */
export function termsOf(plan: Plan, { gate, proxy }: ServerPlan): Terms {
  const { failOn, command, defaultUrl } = plan;
  const quietFor = exactDuration(gate.quietForMs);
  return {
    url: withoutSecrets(gate.url),
    name: plan.servers.length === 1 ? undefined : withoutSecrets(gate.url),
    endpoint: withoutSecrets(gate.url).replace(/\/+$/, '') + gate.path,
    interval: exactDuration(gate.intervalMs),
    intervalMs: gate.intervalMs,
    maxWait: exactDuration(gate.maxWaitMs),
    maxWaitMs: gate.maxWaitMs,
    quietFor,
    attempts: gate.retries + 1,
    failOn,
    cordon: gate.cordon && { holder: gate.cordon.holder, lease: exactDuration(gate.cordon.leaseMs) },
    cordonAdvice: plan.cordonAdvice,
    proxyVariable: proxy?.name,
    httpProxy: httpProxyOf(gate.url, proxy),
    command: command && commandName(command),
    next: command === undefined ? 'the deploy goes ahead' : `running ${commandName(command)}`,
    defaultUrl: defaultUrl && DEFAULT_URL[defaultUrl],
    options: [
      ...(defaultUrl === undefined ? [] : [DEFAULT_URL[defaultUrl]]),
      ...(gate.path === IN_FLIGHT_COUNT_PATH ? [] : [`path ${gate.path}`]),
      ...(gate.quietForMs > 0 ? [`quiet-for ${quietFor}`] : []),
      ...(gate.longPoll ? [] : ['no-long-poll']),
      ...(gate.onUnavailable === 'proceed' ? [] : [`on-unavailable ${gate.onUnavailable}`]),
      ...(gate.cordon === undefined ? [] : [`cordon for ${gate.cordon.holder}`]),
      ...(failOn.length > 0 ? [`fail-on ${failOn.join(',')}`] : []),
      ...(proxy === undefined ? [] : [`${proxy.name} ${proxy.url.origin}`]),
    ],
  };
}

/** What is said of each server of a plan. */
export function allTermsOf(plan: Plan): PerServer<Terms> {
  return eachServer(plan.servers, (server) => termsOf(plan, server));
}

/** A line about one server, which begins with its name where there are several. */
export function named({ name }: Terms, line: string): string {
  return name === undefined ? line : `${name}: ${line}`;
}
