import type { Listing } from './listing.ts';

/** What is needed of a request that may be held. */
export interface PendingRequest {
  /** Makes a signal that aborts when the client leaves before it has its answer. To be called at once. */
  readonly signal: () => AbortSignal | undefined;
  /** Whether the server that it came to has stopped listening, where that can be known. */
  readonly isServerClosing?: (() => boolean) | undefined;
}

/** A listing for a request that would rather wait. */
export interface HeldListing {
  readonly listing: Listing;
  /** How long the request would have been held at most, in milliseconds; absent where it could not be held. */
  readonly limitMs?: number;
}

/** The runs, for requests that ask for them. `R` is a request. */
export interface Listings<R> {
  /** Lists for a request: its listing starts at or after the call, and may be shared with others. */
  readonly latest: (request: R) => Promise<Listing>;
  /**
   * Lists at once, and resolves as soon as a listing shows zero or fails; when the seconds are over, with the newest
   * listing that has ended, but never before the first one.
   */
  readonly untilQuiet: (request: R, seconds: number) => Promise<HeldListing>;
  /** Whether `close` has been called. */
  readonly isClosed: boolean;
  /** Answers all who are held, and holds nobody from then on. */
  readonly close: () => void;
}
