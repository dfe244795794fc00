import type { Clock } from '@quietgate/core';
import type { Lister } from './create-lister.ts';
import type { Listing } from './listing.ts';
import { shareNext } from './share-next.ts';

/** Listings that requests share. `R` is a request. */
export interface SharedListings<R> {
  /** The time before which no listing starts. */
  readonly nextStartAt: () => number;
  /** A listing that starts at or after the call; one that fails at once while too many are given up. */
  readonly latest: (request: R) => Promise<Listing>;
}

/** Hears of every listing, whoever asked for it. */
export interface ListingObserver {
  onBegan(): void;
  /** Called before those who wait for the listing get it. */
  onEnded(listing: Listing): void;
}

export function shareListings<R>(
  { list, nextStartAt }: Lister<R>,
  observer: ListingObserver,
  clock: Clock,
): SharedListings<R> {
  const next = shareNext(async (request: R) => {
    observer.onBegan();
    const listing = await list(request);
    observer.onEnded(listing);
    return listing;
  });
  return {
    nextStartAt,
    // Refused at once, and not after a trial that may hang as well.
    latest: (request) => (clock.now() < nextStartAt() ? list(request) : next(request)),
  };
}
