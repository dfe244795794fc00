import type { Clock } from '@quietgate/core';
import { createSubscription, type SubscriptionOptions } from './create-subscription.ts';
import { type EndedListing, isAnswered, relistAt } from './hold-rule.ts';

/** How requests are held, and what they need for it. `C` is what is known of a request. */
export interface HoldOptions<C> extends SubscriptionOptions<C> {
  readonly maxHeld: number;
  readonly relistMs: number;
  /** Makes a listing that starts at or after the call, and is shared with everybody else. */
  readonly list: (context: C) => Promise<EndedListing>;
  /** Before this time no listing would start. */
  readonly earliestStart: () => number;
}

/** What a request is answered with. */
export interface HoldOutcome {
  readonly listing: EndedListing;
  /** Whether the request was held, or there would have been room for it. */
  readonly isApplied: boolean;
}

/** Holds requests until it is quiet. With nobody held, nothing runs: no timer, no listing, no subscription. */
export interface Hold<C> {
  /** Lists at once, and resolves at the latest `limitMs` after the call, unless that first listing takes longer. */
  hold(limitMs: number, context: C, signal?: AbortSignal): Promise<HoldOutcome>;
  /** To be called whenever a listing begins, whoever asked for it. */
  listingBegan(): void;
  /** To be called whenever a listing has ended, before its callers hear of it. */
  listingEnded(listing: EndedListing): void;
  /** Answers all who are held, and holds nobody from then on. */
  close(): void;
}

interface Held<C> {
  readonly dueAt: number;
  readonly context: C;
  readonly answer: () => void;
}

export function createHold<C>(options: HoldOptions<C>, clock: Clock): Hold<C> {
  const { maxHeld, relistMs, list, earliestStart } = options;
  const subscription = createSubscription(options, () => {
    isChanged = true;
    wake();
  });
  const held = new Set<Held<C>>();
  let isClosed = false;
  let alarm = new AbortController();
  // There is a listing before anybody is held.
  let newest!: EndedListing;
  let isListing: boolean;
  let isChanged: boolean;

  /** Answers whoever is to be answered, lists again if that is due, and sees to the next time. */
  function wake(): void {
    const now = clock.now();
    for (const each of held) if (isAnswered(newest, each.dueAt, now)) each.answer();
    const [first] = held;
    if (first === undefined) return;
    if (!isListing && now >= nextListingAt(newest)) {
      isListing = true; // it begins at the end of the turn
      void list(first.context);
    }
    setAlarm(
      Math.min(...Array.from(held, ({ dueAt }) => dueAt), isListing ? Infinity : nextListingAt(newest)),
    );
  }

  function nextListingAt(listing: EndedListing): number {
    return Math.max(relistAt(listing, isChanged, relistMs), earliestStart());
  }

  function setAlarm(at: number): void {
    alarm.abort();
    alarm = new AbortController();
    clock.sleep(at - clock.now(), alarm.signal).then(wake, () => undefined);
  }

  function leave(each: Held<C>): void {
    held.delete(each);
    if (held.size === 0) alarm.abort();
  }

  /** Resolves once the request is to be answered, or its client has left. */
  function untilAnswered(dueAt: number, context: C, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const each: Held<C> = {
        dueAt,
        context,
        answer() {
          signal?.removeEventListener('abort', each.answer);
          leave(each);
          resolve();
        },
      };
      signal?.addEventListener('abort', each.answer);
      held.add(each);
      wake();
    });
  }

  return {
    async hold(limitMs, context, signal) {
      const dueAt = clock.now() + limitMs;
      const mayBeHeld = limitMs > 0 && maxHeld > 0 && !isClosed;
      const isOpen = !isClosed;
      const unsubscribe = mayBeHeld ? subscription.join(context, signal) : () => undefined;
      const listing = await list(context);
      const isApplied = isOpen && held.size < maxHeld;
      try {
        const isOver = isClosed || signal?.aborted === true || isAnswered(listing, dueAt, clock.now());
        if (!mayBeHeld || !isApplied || isOver) return { listing, isApplied };
        await untilAnswered(dueAt, context, signal);
        return { listing: newest, isApplied };
      } finally {
        unsubscribe();
      }
    },
    listingBegan() {
      isListing = true;
      isChanged = false;
    },
    listingEnded(listing) {
      isListing = false;
      newest = listing;
      wake();
    },
    close() {
      isClosed = true;
      for (const each of held) each.answer();
    },
  };
}
