import type { Clock } from '@quietgate/core';
import { createAlarm } from './create-alarm.ts';
import { createLister, type ListOptions } from './create-lister.ts';
import { createSubscription, type Subscribe } from './create-subscription.ts';
import type { Listing } from './listing.ts';
import type { HeldListing, Listings, PendingRequest } from './listings.ts';
import { holdLimitMs, isAnswered, relistAt } from './relist-rule.ts';
import { shareNext } from './share-next.ts';

/** How requests are held, and what is listed for them. */
export interface ListingsOptions<D, R> extends ListOptions<D, R> {
  readonly maxHoldMs: number;
  readonly maxHeld: number;
  readonly relistMs: number;
  readonly subscribe: Subscribe | undefined;
}

interface Held<R> {
  readonly request: R;
  readonly dueAt: number;
  /** The newest that has ended. */
  listing: Listing;
  readonly answer: () => void;
}

/** Shares listings, and holds requests until one shows zero. With nobody held nothing runs: no timer, no subscription. */
export function createSharedListings<D extends { readonly id: string }, R extends PendingRequest>(
  options: ListingsOptions<D, R>,
  clock: Clock,
): Listings<R> {
  const { maxHoldMs, maxHeld, relistMs, subscribe, onFailure } = options;
  const { list, isOverloaded, nextStartAt } = createLister(options, clock);
  const subscription = createSubscription<R>(subscribe, { onChange, onFailure });
  const alarm = createAlarm(clock, wake);
  const held = new Set<Held<R>>();
  let isListingExpected = false;
  let isChanged = false;
  let isClosed = false;

  const listNext = shareNext(async (request: R) => {
    isListingExpected = true;
    isChanged = false;
    const listing = await list(request);
    isListingExpected = false;
    for (const each of held) each.listing = listing;
    wake();
    return listing;
  });

  // While too many are given up it is refused at once, and not after a trial that may hang as well.
  const latest = (request: R) => (isOverloaded() ? list(request) : listNext(request));

  function onChange() {
    isChanged = true;
    wake();
  }

  /** Answers whoever is to be answered, lists again if that is due, and sets the alarm for the next time. */
  function wake() {
    const now = clock.now();
    for (const each of held) {
      if (isAnswered(each.listing, each.dueAt, now) || isClosing(each.request)) each.answer();
    }
    const [first] = held;
    if (first === undefined) return;
    const listAt = Math.max(relistAt(first.listing, isChanged, relistMs), nextStartAt());
    if (!isListingExpected && now >= listAt) {
      isListingExpected = true;
      void latest(first.request);
    }
    alarm.set(Math.min(...Array.from(held, ({ dueAt }) => dueAt), isListingExpected ? Infinity : listAt));
  }

  function isClosing({ isServerClosing }: R): boolean {
    return isClosed || isServerClosing?.() === true;
  }

  /** Resolves with the newest listing once the request is to be answered, or its client has left. */
  function untilAnswered(request: R, listing: Listing, dueAt: number, left: AbortSignal | undefined) {
    return new Promise<Listing>((resolve) => {
      const each: Held<R> = {
        request,
        dueAt,
        listing,
        answer() {
          left?.removeEventListener('abort', each.answer);
          held.delete(each);
          if (held.size === 0) alarm.stop();
          resolve(each.listing);
        },
      };
      left?.addEventListener('abort', each.answer);
      held.add(each);
      wake();
    });
  }

  async function hold(request: R, limitMs: number): Promise<HeldListing> {
    const dueAt = clock.now() + limitMs;
    const left = limitMs > 0 ? request.signal() : undefined;
    const unsubscribe = limitMs > 0 ? subscription.join(request, left) : undefined;
    try {
      const listing = await latest(request);
      if (held.size >= maxHeld) return { listing };
      const isOver = isAnswered(listing, dueAt, clock.now()) || isClosing(request) || left?.aborted === true;
      const last = isOver ? listing : await untilAnswered(request, listing, dueAt, left);
      return { listing: last, limitMs };
    } finally {
      unsubscribe?.();
    }
  }

  return {
    latest,
    async untilQuiet(request, seconds) {
      return maxHoldMs === 0 || maxHeld === 0 || isClosing(request)
        ? { listing: await latest(request) }
        : hold(request, holdLimitMs(seconds, maxHoldMs));
    },
    get isClosed() {
      return isClosed;
    },
    close() {
      isClosed = true;
      wake();
    },
  };
}
