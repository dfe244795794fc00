import type { CordonAnswer } from '../ask/cordon-endpoint.ts';
import { unavailable } from '../ask/unavailable.ts';
import { checkOptions } from '../options/check-options.ts';
import { parseCordonStatus } from '../wire/cordon-status.ts';
import { askInTime } from './with-time-limit.ts';
import { requestFailed } from './request-failed.ts';
import { type AskCordonOptions, readCordonQuestion } from './cordon-options.ts';
import { ASK_OPTION_NAMES } from './request-options.ts';

/**
 * Asks a server once how its cordon stands: for how many milliseconds it stays up, 0 when it is down, and whose leases
 * keep it up. No retry, no wait.
 *
 * @throws TypeError or RangeError when an option is wrong, before the request
 * @throws Error without a usable response, with the `reason` and the `status` that a gate would give
 * @throws the signal's reason, when the signal aborts
 *
 * @example
 * const { remainingMs, holders } = await fetchCordon({ url: 'https://api.example', token });
 */
export async function fetchCordon(
  options: AskCordonOptions,
): Promise<{ remainingMs: number; holders: string[] }> {
  checkOptions('options', options, 'an object with a url and a token', [...ASK_OPTION_NAMES, 'token']);
  const { asker, endpoint, requestTimeoutMs } = readCordonQuestion(options);
  const { name, request } = endpoint;
  const answer = await askInTime(asker, name, requestTimeoutMs, (signal) => request('GET', {}, signal));
  return readStatus(name, answer);
}

function readStatus(name: string, answer: CordonAnswer): { remainingMs: number; holders: string[] } {
  if (answer.type === 'unavailable') throw requestFailed(answer);
  try {
    const { seconds, holders } = parseCordonStatus(answer.json);
    return { remainingMs: seconds * 1000, holders: [...holders] };
  } catch {
    const message = `${name} answered 200, but not as a cordon does`;
    throw requestFailed(unavailable('invalid-response', message, { status: 200 }));
  }
}
