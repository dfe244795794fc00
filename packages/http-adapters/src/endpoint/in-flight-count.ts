import { type Clock, type Deployment, systemClock } from '@quietgate/core';
import { createUnknownReport, describeUnknown, formatWait, parseWait } from '@quietgate/core/internal';
import { createHold } from '../listing/create-hold.ts';
import { type EndedListing, holdLimitMs } from '../listing/hold-rule.ts';
import { createLister } from '../listing/list-in-flight.ts';
import { shareNext } from '../listing/share-next.ts';
import { countAnswer, quietAnswer } from './count-answer.ts';
import type { Answer, Endpoint, EndpointRequest } from './endpoint.ts';
import { jsonAnswer, methodNotAllowed, withoutBody } from './json-answer.ts';
import { createFailureReport, logOf } from './log.ts';
import { type InFlightCountOptions, resolveOptions } from './options.ts';
import { RESPONSES } from './responses.ts';

const UNAVAILABLE = jsonAnswer(503, { error: 'in-flight count unavailable' });

/**
 * Makes the endpoint that says how much is in flight and, with a `quietPath`, the one before it that says so by its status
 * alone. They share their listings.
 *
 * @throws TypeError when an option is of the wrong kind, or none
 * @throws RangeError when a number is out of its range
 */
export function createInFlightCount<D extends { readonly id: string } = Deployment>(
  options: InFlightCountOptions<D>,
  clock: Clock = systemClock,
): readonly Endpoint[] {
  const { path, quietPath, onUnknown, onError, signal, maxHoldMs, ...rest } = resolveOptions(options);
  const lister = createLister(rest, clock);
  const reportFailure = createFailureReport(onError, clock);
  const reportUnknown = createUnknownReport<D>();
  let isClosing = false;

  const list = async (request: EndpointRequest): Promise<EndedListing> => {
    const startedAt = clock.now();
    const warn = (deployment: D) => {
      logOf(request).warn(describeUnknown(deployment));
    };
    const listing = await lister.list((deployment) => {
      reportUnknown(deployment, onUnknown ?? warn);
    });
    if (!listing.ok) reportFailure('the deployments could not be listed', listing.error, logOf(request));
    return { startedAt, endedAt: clock.now(), inFlight: listing.ok ? listing.inFlight : undefined };
  };
  const listNext = shareNext(async (request: EndpointRequest) => {
    hold.listingBegan();
    const listing = await list(request);
    hold.listingEnded(listing);
    return listing;
  });
  const listOrRefuse = (request: EndpointRequest) =>
    clock.now() < lister.earliestStart() ? list(request) : listNext(request);

  const hold = createHold<EndpointRequest>(
    {
      ...rest,
      maxHeld: maxHoldMs === 0 ? 0 : rest.maxHeld,
      list: listOrRefuse,
      earliestStart: lister.earliestStart,
      onError(error, request) {
        reportFailure('the subscription to changes failed', error, logOf(request));
      },
    },
    clock,
  );

  const close = () => {
    isClosing = true;
    hold.close();
  };
  if (signal?.aborted === true) close();
  signal?.addEventListener('abort', close);

  const countOf = answerOncePerListing(countAnswer);
  const answerCount = async (request: EndpointRequest): Promise<Answer> => {
    const { method, prefer } = request;
    const seconds = method === 'GET' ? parseWait(prefer) : undefined;
    if (seconds === undefined) return countOf(await listOrRefuse(request));
    const limitMs = holdLimitMs(seconds, maxHoldMs);
    const { listing, isApplied } = await hold.hold(
      limitMs,
      request,
      limitMs > 0 ? request.signal() : undefined,
    );
    return isApplied ? withPreferenceApplied(countOf(listing), limitMs) : countOf(listing);
  };
  const quietOf = answerOncePerListing(quietAnswer);
  const answerQuiet = async (request: EndpointRequest) => quietOf(await listOrRefuse(request));

  const endpoint = (
    at: string | false,
    methods: readonly string[],
    answerTo: (request: EndpointRequest) => Promise<Answer>,
  ): Endpoint => {
    const notAllowed = methodNotAllowed(methods);
    return {
      path: at,
      methods,
      async answer(request) {
        const answer = methods.includes(request.method) ? await answerTo(request) : notAllowed;
        const sent = request.method === 'HEAD' ? withoutBody(answer) : answer;
        return isClosing ? { ...sent, isLast: true } : sent;
      },
      close,
    };
  };
  const count = { ...endpoint(path, ['GET', 'HEAD'], answerCount), responses: RESPONSES };
  return quietPath === undefined
    ? [count]
    : [endpoint(quietPath, ['GET', 'HEAD', 'POST'], answerQuiet), count];
}

/** Those who share a listing share its answer. */
function answerOncePerListing(
  answerOf: (inFlight: NonNullable<EndedListing['inFlight']>) => Answer,
): (listing: EndedListing) => Answer {
  const answers = new WeakMap<EndedListing, Answer>();
  return (listing) => {
    if (listing.inFlight === undefined) return UNAVAILABLE;
    const known = answers.get(listing);
    if (known !== undefined) return known;
    const answer = answerOf(listing.inFlight);
    answers.set(listing, answer);
    return answer;
  };
}

function withPreferenceApplied(answer: Answer, limitMs: number): Answer {
  const seconds = Math.ceil(limitMs / 1000);
  return { ...answer, headers: { ...answer.headers, 'Preference-Applied': formatWait(seconds) } };
}
