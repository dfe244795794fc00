import type { InFlightCount } from '@quietgate/core';
import { MAX_BODY_BYTES, MAX_IDS_LISTED, UNKNOWN_HEADER } from '@quietgate/core/internal';
import type { Listing } from '../listing/listing.ts';
import type { EndpointResponse } from './endpoint.ts';
import { jsonResponse } from './json-response.ts';

const UNAVAILABLE = jsonResponse(503, { error: 'in-flight count unavailable' });

/** For those who look at the status alone: they ask again in so many seconds, if they obey. */
const RETRY_AFTER_S = 20;

/** Responds with the count, for those who read it. */
export function countResponse(
  { count, ids }: InFlightCount,
  headers: Record<string, string>,
): EndpointResponse {
  return listAsMany(ids, (listed) => jsonResponse(200, { count, ids: listed }, headers));
}

/** Responds whether it is quiet, for those who look at the status alone. */
export function quietResponse(
  { count, ids }: InFlightCount,
  headers: Record<string, string>,
): EndpointResponse {
  return listAsMany(ids, (listed) =>
    count === 0
      ? jsonResponse(200, { quiet: true, count, ids: listed }, headers)
      : jsonResponse(
          503,
          { quiet: false, count, ids: listed },
          { ...headers, 'Retry-After': String(RETRY_AFTER_S) },
        ),
  );
}

/** Lists the first ids only, and only as many as a gate reads. */
function listAsMany(
  ids: readonly string[],
  respondWith: (listed: readonly string[]) => EndpointResponse,
  maxIds: number = MAX_IDS_LISTED,
): EndpointResponse {
  const response = respondWith(ids.slice(0, maxIds));
  return Number(response.headers['Content-Length']) <= MAX_BODY_BYTES
    ? response
    : listAsMany(ids, respondWith, Math.floor(maxIds / 2));
}

/** Responds with what came of a listing. Those who share a listing share its response, since they come together. */
export function responsePerListing(respond: typeof countResponse): (listing: Listing) => EndpointResponse {
  let last: { readonly listing: Listing; readonly response: EndpointResponse } | undefined;
  return (listing) => {
    if (last?.listing !== listing) last = { listing, response: responseTo(listing, respond) };
    return last.response;
  };
}

function responseTo(listing: Listing, respond: typeof countResponse): EndpointResponse {
  if (!listing.ok) return UNAVAILABLE;
  const { inFlight, unknown } = listing;
  return respond(inFlight, unknown === 0 ? {} : { [UNKNOWN_HEADER]: String(unknown) });
}
