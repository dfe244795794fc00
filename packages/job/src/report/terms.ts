import type { Plan } from '../plan/plan.ts';
import type { Stoppable } from '../plan/read-setting.ts';
import { exactDuration } from '../text/format-duration.ts';
import { withoutSecrets } from '../text/without-secrets.ts';

/** The plan in words: what is said of it, made once for everything that reports. */
export interface Terms {
  /** The URL without its query, which may hold a token. */
  readonly url: string;
  readonly interval: string;
  readonly maxWait: string;
  readonly maxWaitMs: number;
  readonly quietFor: string;
  /** The most tries of one poll. */
  readonly tries: number;
  readonly failOn: readonly Stoppable[];
  /** The variable that names the proxy. */
  readonly proxyVariable: string | undefined;
  /** Every other option that changes the outcome or the way to it, as in `quiet-for 5m`. */
  readonly options: readonly string[];
}

export function termsOf({ gate, failOn, proxy }: Plan): Terms {
  const quietFor = exactDuration(gate.quietForMs);
  return {
    url: withoutSecrets(gate.url),
    interval: exactDuration(gate.intervalMs),
    maxWait: exactDuration(gate.maxWaitMs),
    maxWaitMs: gate.maxWaitMs,
    quietFor,
    tries: gate.retries + 1,
    failOn,
    proxyVariable: proxy?.name,
    options: [
      ...(gate.quietForMs > 0 ? [`quiet-for ${quietFor}`] : []),
      ...(gate.onUnavailable === 'proceed' ? [] : [`on-unavailable ${gate.onUnavailable}`]),
      ...(failOn.length > 0 ? [`fail-on ${failOn.join(',')}`] : []),
      ...(proxy === undefined ? [] : [`${proxy.name} ${proxy.url.origin}`]),
    ],
  };
}
