import { type Clock, type Deployment, systemClock } from '@quietgate/core';
import { createLister, type Listing } from '../listing/list-in-flight.ts';
import { shareNext } from '../listing/share-next.ts';
import { countAnswer } from './count-answer.ts';
import type { Answer, Endpoint } from './endpoint.ts';
import { jsonAnswer, methodNotAllowed, withoutBody } from './json-answer.ts';
import { consoleLog, createFailureReport, type Log } from './log.ts';
import { type InFlightCountOptions, resolveOptions } from './options.ts';
import { createUnknownReport, describeUnknown } from './report-unknown.ts';
import { RESPONSES } from './responses.ts';

const METHODS = ['GET', 'HEAD'];

const UNAVAILABLE = jsonAnswer(503, { error: 'in-flight count unavailable' });

/**
 * Makes the endpoint that says how much is in flight.
 *
 * @throws TypeError when an option is of the wrong kind, or none
 * @throws RangeError when `listTimeoutMs` is out of its range
 */
export function createInFlightCount<D extends { readonly id: string } = Deployment>(
  options: InFlightCountOptions<D>,
  clock: Clock = systemClock,
): Endpoint {
  const { path, classify, onUnknown, onError, ...listOptions } = resolveOptions(options);
  const notAllowed = Promise.resolve(methodNotAllowed(METHODS));
  const lister = createLister(listOptions, clock);
  const reportFailure = createFailureReport('the deployments could not be listed', onError, clock);
  const classifyAndReport = createUnknownReport(classify);

  const list = async (log: Log) => {
    const warn = (deployment: D) => {
      log.warn(describeUnknown(deployment));
    };
    const listing = await lister.list(classifyAndReport(onUnknown ?? warn));
    if (!listing.ok) reportFailure(listing.error, log);
    return answerOf(listing);
  };
  const listNext = shareNext(list);
  const get = (log: Log) => (lister.isOverloaded() ? list(log) : listNext(log));

  return {
    path,
    methods: METHODS,
    responses: RESPONSES,
    answer({ method, log = consoleLog }) {
      if (method === 'GET') return get(log);
      return method === 'HEAD' ? get(log).then(withoutBody) : notAllowed;
    },
  };
}

function answerOf(listing: Listing): Answer {
  return listing.ok ? countAnswer(listing.inFlight) : UNAVAILABLE;
}
