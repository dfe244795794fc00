import type { InFlightCount } from '../deployment.ts';
import type { PollObservation } from '../gate/observation.ts';
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
        const message = `${name} failed: ${errorMessage(cause)}`;
        return { type: 'unavailable', reason: 'unreachable', message, cause };
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
    return { type: 'unavailable', reason: 'invalid-response', message, cause };
  }
}
