import type { Clock } from '@quietgate/core';
import { createSharedListings, type ListingsOptions } from './create-shared-listings.ts';
import { createLister } from './create-lister.ts';
import type { Listings, PendingRequest } from './listings.ts';

/**
 * @param isIsolated whether requests may share nothing that is pending, as on Workers, where a promise ends with the
 * request that made it: then each lists for itself, and nobody is held
 */
export function createListings<D extends { readonly id: string }, R extends PendingRequest>(
  options: ListingsOptions<D, R>,
  clock: Clock,
  isIsolated: boolean,
): Listings<R> {
  if (!isIsolated) return createSharedListings(options, clock);
  const { list } = createLister(options, clock, isIsolated);
  return {
    latest: list,
    untilQuiet: async (request) => ({ listing: await list(request) }),
    isClosed: false,
    close: () => undefined,
  };
}
