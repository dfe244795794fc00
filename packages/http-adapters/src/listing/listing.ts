import type { InFlightCount } from '@quietgate/core';

/** What came of listing the runs once. Times are those of the clock, in milliseconds. */
export type Listing = {
  readonly startedAt: number;
  readonly endedAt: number;
} & ListingOutcome;

export type ListingOutcome =
  | {
      readonly ok: true;
      readonly inFlight: InFlightCount;
      /** How many records are of class `unknown`, and so not counted. */
      readonly unknown: number;
    }
  | { readonly ok: false; readonly error: unknown };
