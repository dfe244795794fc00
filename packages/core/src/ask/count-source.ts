import type { InFlightCount } from '../deployment.ts';
import type { PollObservation } from '../gate/observation.ts';
import { unavailable } from './unavailable.ts';
import { parseInFlightCount } from '../wire/parse-in-flight-count.ts';
import type { CountTarget } from './count-target.ts';
import { errorMessage } from './error-message.ts';

/** Gets the count in process. The signal aborts when the gate no longer waits for the answer. */
export type Source = (context: { signal: AbortSignal }) => InFlightCount | Promise<InFlightCount>;

/** A function of the caller's, to be asked instead of an endpoint. */
export function countSource(source: Source): CountTarget {
  const name = 'the source';
  return {
    name,
    async ask(signal) {
      let answer: unknown;
      try {
        answer = await source({ signal });
      } catch (cause) {
        return unavailable('unreachable', `${name} failed: ${errorMessage(cause)}`, { cause });
      }
      return observeAnswer(answer, name);
    },
  };
}

function observeAnswer(answer: unknown, name: string): PollObservation {
  try {
    return { type: 'counted', inFlight: parseInFlightCount(answer) };
  } catch (cause) {
    const message = `${name} returned no in-flight count: ${errorMessage(cause)}`;
    return unavailable('invalid-response', message, { cause });
  }
}
