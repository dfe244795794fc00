import type { InFlightCount } from '../deployment.ts';
import type { PollObservation } from '../gate/observation.ts';
import { parseInFlightCount } from '../wire/parse-in-flight-count.ts';
import { errorMessage } from './error-message.ts';
import type { Target } from './target.ts';

/** Gets the count in process. The signal aborts when the gate no longer waits for the answer. */
export type Source = (context: { signal: AbortSignal }) => InFlightCount | Promise<InFlightCount>;

/** A function of the caller's, to be asked instead of an endpoint. */
export function sourceTarget(source: Source): Target {
  const name = 'the source';
  return {
    name,
    async ask(signal) {
      let answer: unknown;
      try {
        answer = await source({ signal });
      } catch (cause) {
        return {
          type: 'unavailable',
          reason: 'unreachable',
          message: `${name} failed: ${errorMessage(cause)}`,
          cause,
        };
      }
      return read(answer, name);
    },
  };
}

function read(answer: unknown, name: string): PollObservation {
  try {
    return { type: 'counted', inFlight: parseInFlightCount(answer) };
  } catch (cause) {
    const message = `${name} returned no in-flight count: ${errorMessage(cause)}`;
    return { type: 'unavailable', reason: 'invalid-response', message, cause };
  }
}
