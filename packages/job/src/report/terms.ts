import { IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import type { Plan, ServerPlan } from '../plan/plan.ts';
import type { Stoppable } from '../plan/readers.ts';
import { exactDuration } from '../text/format-duration.ts';
import { withoutSecrets } from '../text/without-secrets.ts';

/** The plan in words: what is said of it, made once for everything that reports. */
export interface Terms {
  /** The base URL without its query, which may hold a token. */
  readonly url: string;
  /** The URL that is asked, without a query. */
  readonly endpoint: string;
  readonly interval: string;
  readonly intervalMs: number;
  readonly maxWait: string;
  readonly maxWaitMs: number;
  readonly quietFor: string;
  /** The most tries of one poll. */
  readonly tries: number;
  readonly failOn: readonly Stoppable[];
  /** Which lease is asked for, if any. */
  readonly cordon: { readonly holder: string; readonly lease: string } | undefined;
  /** The variable that names the proxy. */
  readonly proxyVariable: string | undefined;
  /** Every other option that changes the outcome or the way to it, as in `quiet-for 5m`. */
  readonly options: readonly string[];
}

/** What is said of one of the plan's servers. */
export function termsOf({ failOn }: Pick<Plan, 'failOn'>, { gate, proxy }: ServerPlan): Terms {
  const quietFor = exactDuration(gate.quietForMs);
  return {
    url: withoutSecrets(gate.url),
    endpoint: withoutSecrets(gate.url).replace(/\/+$/, '') + gate.path,
    interval: exactDuration(gate.intervalMs),
    intervalMs: gate.intervalMs,
    maxWait: exactDuration(gate.maxWaitMs),
    maxWaitMs: gate.maxWaitMs,
    quietFor,
    tries: gate.retries + 1,
    failOn,
    cordon: gate.cordon && { holder: gate.cordon.holder, lease: exactDuration(gate.cordon.leaseMs) },
    proxyVariable: proxy?.name,
    options: [
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
