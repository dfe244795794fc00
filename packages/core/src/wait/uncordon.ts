import { checkPath, readBaseUrl } from '../ask/base-url.ts';
import { type CordonAccess, cordonName, requestCordon } from '../ask/cordon-request.ts';
import { type Fetch, globalFetch } from '../ask/endpoint-target.ts';
import { checkHolder, checkToken } from '../ask/read-cordon.ts';
import { readHeaders } from '../ask/request-headers.ts';
import { resolveLimits } from '../gate/limits.ts';
import { isTransient, retryPauseMs } from '../gate/retry-policy.ts';
import { checkKind, isFunction, isObject } from '../options/check-kind.ts';
import { checkOptionNames } from '../options/check-option-names.ts';
import { ALL_HOLDERS } from '../wire/lease.ts';
import { CORDON_PATH } from '../wire/paths.ts';
import { askInTime, sleepUnlessAborted } from './ask-in-time.ts';
import { checkClock, checkSignal, type Clock, systemClock } from './clock.ts';
import { retry } from './retry.ts';

/** Options of `uncordon`: exactly one of `holder` and `all`, and any of the rest. A name that is none is an error. */
export type UncordonOptions = {
  /** The base URL of the API, as `waitForQuiet` takes it. */
  url: string | URL;
  /** The token of the server's cordon. */
  token: string;
  /** Where below the base URL the cordon is, if the server was given a `path` of its own. @default CORDON_PATH */
  path?: string | undefined;
  /** Sent with every request; the token wins over an `Authorization` among them. */
  headers?: RequestInit['headers'] | undefined;
  /** Makes the requests. @default globalThis.fetch */
  fetch?: Fetch | undefined;
  /** Where time comes from. @default systemClock */
  clock?: Clock | undefined;
  /** Calls it off: it rejects with the signal's reason, at once. */
  signal?: AbortSignal | undefined;
  /** How often it is tried again after a transient failure, as `waitForQuiet` does. @default 5 */
  retries?: number | undefined;
  /** The longest that one request may take, in milliseconds. @default 10_000 */
  requestTimeoutMs?: number | undefined;
} & (
  | {
      /** Whose lease ends. */
      holder: string;
      all?: undefined;
    }
  | {
      /** Ends every lease: an operator's way out. Those who hold one cannot renew it for as long as the cordon may be up. */
      all: true;
      holder?: undefined;
    }
);

/**
 * Ends a lease of a server's cordon, after the rollout or when the deploy is called off, so that new runs may start
 * again. Resolves when the lease is gone, which with `holder` it also is where the server has no cordon.
 *
 * @throws TypeError or RangeError when an option is wrong, before any request
 * @throws Error that says why, when it cannot tell that the lease is gone
 * @throws the signal's reason, when the signal aborts
 *
 * @example
 * await uncordon({ url: 'https://api.example', token: process.env.CORDON_TOKEN, holder: 'deploy-42' });
 */
export async function uncordon(options: UncordonOptions): Promise<void> {
  const { access, holder, limits, ...asker } = resolveOptions(options);
  let failedTries = 0;

  const { problem } = await retry(async () => {
    const answer = await askInTime(asker, cordonName(access), limits.requestTimeoutMs, (signal) =>
      requestCordon(access, 'DELETE', { holder }, signal),
    );
    if (answer.type === 'answered') {
      return {
        problem: isObject(answer.json)
          ? undefined
          : `${cordonName(access)} answered 200, but not as a cordon does`,
      };
    }
    if (isTransient(answer) && failedTries < limits.retries) {
      failedTries++;
      await sleepUnlessAborted(asker, retryPauseMs(answer, failedTries, limits));
      return undefined;
    }
    const hasNoCordon = answer.status === 404 || answer.status === 405;
    return { problem: hasNoCordon && holder !== ALL_HOLDERS ? undefined : answer.message };
  });
  if (problem !== undefined) throw new Error(problem);
}

function resolveOptions(options: UncordonOptions) {
  checkKind('options', options, isObject, 'an object with a url, a token, and a holder or all');
  checkOptionNames(options, OPTION_NAMES);
  const {
    url,
    token,
    path = CORDON_PATH,
    headers,
    fetch = globalFetch,
    clock = systemClock,
    signal,
  } = options;
  checkKind('fetch', fetch, isFunction, 'a function');
  checkClock(clock);
  checkSignal(signal);
  checkPath(path);
  checkToken('token', token);
  const access: CordonAccess = {
    base: readBaseUrl(url, path),
    path,
    token,
    headers: readHeaders(headers),
    fetch,
  };
  const { retries, requestTimeoutMs } = options;
  return {
    access,
    holder: readHolder(options),
    limits: resolveLimits({ retries, requestTimeoutMs }),
    clock,
    signal,
  };
}

function readHolder({ holder, all }: { holder?: unknown; all?: unknown }): string {
  if ((holder === undefined) === (all === undefined)) {
    throw new TypeError(`either holder or all is needed, got ${holder === undefined ? 'neither' : 'both'}`);
  }
  if (all !== undefined) {
    if (all !== true) throw new TypeError('all must be true, or left out');
    return ALL_HOLDERS;
  }
  checkHolder('holder', holder);
  return holder;
}

const OPTION_NAMES: readonly (keyof UncordonOptions)[] = [
  'url',
  'token',
  'holder',
  'all',
  'path',
  'headers',
  'fetch',
  'clock',
  'signal',
  'retries',
  'requestTimeoutMs',
];
