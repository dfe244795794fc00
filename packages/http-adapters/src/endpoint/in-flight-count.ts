import { type Clock, systemClock } from '@quietgate/core';
import { type Listing, listInFlight } from '../listing/list-in-flight.ts';
import { shareNext } from '../listing/share-next.ts';
import { countAnswer } from './count-answer.ts';
import type { Answer, Endpoint, Log } from './endpoint.ts';
import { jsonAnswer, methodNotAllowed, withoutBody } from './json-answer.ts';
import { notifyListener } from './notify-listener.ts';
import { type InFlightCountOptions, resolveOptions } from './options.ts';
import { RESPONSES } from './responses.ts';

const METHODS = ['GET', 'HEAD'];

const UNAVAILABLE = jsonAnswer(503, { error: 'in-flight count unavailable' });

/**
 * Makes the endpoint that says how much is in flight.
 *
 * @throws TypeError when an option is of the wrong kind
 * @throws RangeError when `listTimeoutMs` is out of its range
 */
export function createInFlightCount<D extends { readonly id: string }>(
  options: InFlightCountOptions<D>,
  clock: Clock = systemClock,
): Endpoint {
  const { path, onError, ...listing } = resolveOptions(options);
  const notAllowed = Promise.resolve(methodNotAllowed(METHODS));

  const answerShared = shareNext(async (log: Log): Promise<Answer> => {
    const listed = await listInFlight(listing, clock);
    if (!listed.ok) notifyListener(onError ?? log, listed.error);
    return answerOf(listed);
  });

  return {
    path,
    methods: METHODS,
    responses: RESPONSES,
    answer({ method, log = console.error }) {
      if (method === 'GET') return answerShared(log);
      return method === 'HEAD' ? answerShared(log).then(withoutBody) : notAllowed;
    },
  };
}

function answerOf(listed: Listing): Answer {
  return listed.ok ? countAnswer(listed.inFlight) : UNAVAILABLE;
}
