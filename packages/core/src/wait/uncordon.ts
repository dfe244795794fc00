import { resolveLimits } from '../gate/limits.ts';
import { checkOptions } from '../options/check-options.ts';
import { ALL_HOLDERS, checkHolder } from '../wire/lease.ts';
import { liftLease } from './lift-lease.ts';
import { type AskCordonOptions, readCordonQuestion } from './cordon-options.ts';
import { ASK_OPTION_NAMES } from './request-options.ts';

/** Options of `uncordon`: exactly one of `holder` and `all`, and any of the rest. An unknown name throws. */
export type UncordonOptions = AskCordonOptions & {
  /** How often it is tried again after a transient error, as `waitForQuiet` does. @default 5 */
  retries?: number | undefined;
} & (
    | {
        /** Whose lease ends. */
        holder: string;
        all?: false | undefined;
      }
    | {
        /** Ends every lease: an operator's way out. Those who hold one cannot renew it for as long as the cordon may be up. */
        all: true;
        holder?: undefined;
      }
  );

const OWN_OPTION_NAMES = [
  'token',
  'holder',
  'all',
  'retries',
] as const satisfies readonly (keyof UncordonOptions)[];

/**
 * Ends a lease of a server's cordon, after the rollout or when the deploy is called off, so that new runs may start
 * again. Resolves once the cordon itself has said that the lease is gone, also when there was none.
 *
 * @throws TypeError or RangeError when an option is wrong, before any request
 * @throws Error that says why, when it cannot tell that the lease is gone
 * @throws the signal's reason, when the signal aborts
 *
 * @example
 * await uncordon({ url: 'https://api.example', token: process.env.CORDON_TOKEN, holder: 'deploy-42' });
 */
export async function uncordon(options: UncordonOptions): Promise<void> {
  const names = [...ASK_OPTION_NAMES, ...OWN_OPTION_NAMES];
  checkOptions('options', options, 'an object with a url, a token, and a holder or all', names);
  const { asker, endpoint, requestTimeoutMs } = readCordonQuestion(options);
  const { retries, intervalMs } = resolveLimits({ retries: options.retries });
  const holder = readHolder(options);
  const lift = { endpoint, holder, retries, requestTimeoutMs, intervalMs, overAtMs: Infinity };
  const problem = await liftLease(asker, lift);
  if (problem !== undefined) throw new Error(problem);
}

function readHolder({ holder, all = false }: { holder?: unknown; all?: unknown }): string {
  if (typeof all !== 'boolean') throw new TypeError('all must be true, or left out');
  if ((holder === undefined) === !all) {
    throw new TypeError(`either holder or all is needed, got ${all ? 'both' : 'neither'}`);
  }
  if (all) return ALL_HOLDERS;
  checkHolder('holder', holder);
  return holder;
}
