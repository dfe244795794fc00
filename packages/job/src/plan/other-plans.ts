import { DEFAULT_API_URL, IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import { DEFAULT_LIMITS } from '@quietgate/core/internal';
import { proxyFor } from '../network/proxy-for.ts';
import { UsageError } from '../usage-error.ts';
import type { Settings } from './plan.ts';
import { withEnvironment } from './plan.ts';
import { readAccess, readHolder } from './read-cordon.ts';
import { readDuration, readHeaders, readPath, readRetries, readUrl } from './read-setting.ts';

/** What reaches a server, whatever it is asked. */
interface Access {
  readonly url: string;
  readonly headers: [name: string, value: string][];
  readonly host: string | undefined;
  readonly requestTimeoutMs: number;
}

/** Whose lease to end. */
export interface UncordonPlan extends Access {
  readonly token: string;
  readonly ending: { readonly holder: string } | { readonly all: true };
  readonly retries: number;
  readonly silent: boolean;
}

/** Where to ask what is in flight. */
export interface StatusPlan extends Access {
  readonly path: string;
  /** Present where the cordon can be asked, too: not without a URL that was given, since the token goes to no default. */
  readonly token: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Makes the plan of `quietgate uncordon`.
 *
 * @throws UsageError for the first thing that is missing or wrong, a proxy that cannot be used included
 */
export function makeUncordonPlan(given: Settings, env: Environment): UncordonPlan {
  const { values, flags } = withEnvironment(given, env);
  const access = readAccess({ values }, 'uncordon');
  checkProxy(access.url, env);
  const holder = values.get('holder')?.map(readHolder).at(-1);
  if ((holder !== undefined) === flags.has('all')) {
    throw new UsageError(
      `uncordon needs --holder or --all, got ${holder === undefined ? 'neither' : 'both'}`,
    );
  }
  return {
    ...access,
    ...readHeaders(values.get('header')),
    requestTimeoutMs: readRequestTimeout(values),
    ending: holder === undefined ? { all: true } : { holder },
    retries: values.get('retries')?.map(readRetries).at(-1) ?? DEFAULT_LIMITS.retries,
    silent: flags.has('silent'),
  };
}

/**
 * Makes the plan of `quietgate status`.
 *
 * @throws UsageError for the first thing that is wrong, a proxy that cannot be used included
 */
export function makeStatusPlan(given: Settings, env: Environment): StatusPlan {
  const { values } = withEnvironment(given, env);
  const path = values.get('path')?.map(readPath).at(-1) ?? IN_FLIGHT_COUNT_PATH;
  const url = values.get('url')?.map(readUrl(path)).at(-1) ?? DEFAULT_API_URL;
  checkProxy(url, env);
  const canAskCordon = values.has('url') && values.has('cordon-token');
  return {
    url,
    path,
    token: canAskCordon ? readAccess({ values }, 'status').token : undefined,
    ...readHeaders(values.get('header')),
    requestTimeoutMs: readRequestTimeout(values),
  };
}

/** @throws UsageError when the environment names a proxy for the URL that cannot be used */
function checkProxy(url: string, env: Environment): void {
  proxyFor(new URL(url), env);
}

function readRequestTimeout(values: Settings['values']): number {
  return values.get('request-timeout')?.map(readDuration(1)).at(-1) ?? DEFAULT_LIMITS.requestTimeoutMs;
}
