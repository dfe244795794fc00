import { type Clock, type Deployment, systemClock } from '@quietgate/core';
import { createUnknownReport, describeUnknown, formatWait, parseWait } from '@quietgate/core/internal';
import { createListings } from '../listing/create-listings.ts';
import { isWorkerd } from '../listing/is-workerd.ts';
import type { HeldListing, Listings } from '../listing/listings.ts';
import { countResponse, quietResponse, responsePerListing } from './count-response.ts';
import type { Endpoint, EndpointRequest, EndpointResponse } from './endpoint.ts';
import { methodNotAllowed, withoutBody } from './json-response.ts';
import { createFailureReport, logOf } from './log.ts';
import { type InFlightCountOptions, resolveOptions } from './options.ts';
import { RESPONSE_SCHEMAS } from './response-schemas.ts';

/**
 * Makes the endpoint that says how much is in flight and, with a `quietPath`, the one before it that says so by its status
 * alone. They share their listings.
 *
 * @throws TypeError when an option is of the wrong kind, or unknown
 * @throws RangeError when a number is out of its range
 */
export function createInFlightCount<D extends { readonly id: string } = Deployment>(
  options: InFlightCountOptions<D>,
  clock: Clock = systemClock,
  isIsolated: boolean = isWorkerd(),
): readonly Endpoint[] {
  const { path, quietPath, onUnknown, onError, signal, ...rest } = resolveOptions(options);
  const reportFailure = createFailureReport(onError, clock);
  const reportUnknown = createUnknownReport<D>();
  const hooks = {
    onUnknown(deployment: D, request: EndpointRequest) {
      const warn = (each: D) => {
        logOf(request).warn(describeUnknown(each));
      };
      reportUnknown(deployment, onUnknown ?? warn);
    },
    onFailure(what: string, error: unknown, request: EndpointRequest) {
      reportFailure(what, error, logOf(request));
    },
  };
  const listings = createListings({ ...rest, ...hooks }, clock, isIsolated);
  if (signal?.aborted === true) listings.close();
  signal?.addEventListener('abort', listings.close);
  const count = { path, ...countEndpoint(listings), responses: RESPONSE_SCHEMAS };
  return quietPath === undefined ? [count] : [{ path: quietPath, ...quietEndpoint(listings) }, count];
}

function countEndpoint(listings: Listings<EndpointRequest>): Omit<Endpoint, 'path'> {
  const respond = responsePerListing(countResponse);
  return createEndpoint(listings, ['GET', 'HEAD'], async (request) => {
    const { method, prefer } = request;
    const seconds = method === 'GET' ? parseWait(prefer) : undefined;
    if (seconds === undefined) return respond(await listings.latest(request));
    const { listing, limitMs } = await listings.untilQuiet(request, seconds);
    return withPreferenceApplied(respond(listing), limitMs);
  });
}

function quietEndpoint(listings: Listings<EndpointRequest>): Omit<Endpoint, 'path'> {
  const respond = responsePerListing(quietResponse);
  return createEndpoint(listings, ['GET', 'HEAD', 'POST'], async (request) =>
    respond(await listings.latest(request)),
  );
}

function createEndpoint(
  listings: Listings<EndpointRequest>,
  methods: readonly string[],
  respond: (request: EndpointRequest) => Promise<EndpointResponse>,
): Omit<Endpoint, 'path'> {
  const notAllowed = methodNotAllowed(methods);
  return {
    methods,
    async answer(request) {
      const response = methods.includes(request.method) ? await respond(request) : notAllowed;
      const sent = request.method === 'HEAD' ? withoutBody(response) : response;
      return listings.isClosed ? { ...sent, isLast: true } : sent;
    },
    close: listings.close,
  };
}

function withPreferenceApplied(
  response: EndpointResponse,
  limitMs: HeldListing['limitMs'],
): EndpointResponse {
  if (limitMs === undefined) return response;
  const applied = formatWait(Math.ceil(limitMs / 1000));
  return { ...response, headers: { ...response.headers, 'Preference-Applied': applied } };
}
