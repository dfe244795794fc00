/** Listings that were given up at their time limit, and are still pending. */
export interface Backlog {
  /** How many there are. */
  readonly size: number;
  /** Adds one until it settles, whatever comes of it. */
  readonly add: (work: PromiseLike<unknown>) => void;
  /** The time before which no other listing starts, given when the last one did. */
  readonly nextStartAt: (lastStartedAt: number) => number;
}

/** A store that hangs is not asked more and more: with so many pending, it is tried again only from time to time. */
const MAX_GIVEN_UP = 4;
const TRIAL_INTERVAL_MS = 10_000;

export function createBacklog(): Backlog {
  let size = 0;
  return {
    get size() {
      return size;
    },
    add(work) {
      size++;
      const end = () => {
        size--;
      };
      work.then(end, end);
    },
    nextStartAt: (lastStartedAt) => (size < MAX_GIVEN_UP ? -Infinity : lastStartedAt + TRIAL_INTERVAL_MS),
  };
}
