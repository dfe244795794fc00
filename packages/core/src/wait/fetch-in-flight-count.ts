import { countEndpoint } from '../ask/count-endpoint.ts';
import type { InFlightCount } from '../deployment.ts';
import { checkOptions } from '../options/check-options.ts';
import { askInTime } from './with-time-limit.ts';
import { requestFailed } from './request-failed.ts';
import { ASK_OPTION_NAMES, type AskOptions, readAccess, readTimeout } from './request-options.ts';

/**
 * Asks a server once how much is in flight: no retry, no wait.
 *
 * @throws TypeError or RangeError when an option is wrong, before the request
 * @throws Error without a usable response, with the `reason` and the `status` that a gate would give
 * @throws the signal's reason, when the signal aborts
 *
 * @example
 * const { count, ids } = await fetchInFlightCount({ url: 'https://api.example' });
 */
export async function fetchInFlightCount(options: AskOptions): Promise<InFlightCount> {
  checkOptions('options', options, 'an object with a url', ASK_OPTION_NAMES);
  const access = readAccess(options);
  const { name, ask } = countEndpoint(access);
  const observed = await askInTime(access, name, readTimeout(options), ask);
  if (observed.type === 'unavailable') throw requestFailed(observed);
  return observed.inFlight;
}
