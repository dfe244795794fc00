/** Listings that were given up at their time limit, and are still pending. */
export interface Backlog {
  /** How many there are. */
  readonly size: number;
  /** Whether they are so many that a store that hangs is tried again only from time to time. */
  readonly isFull: boolean;
  /** Adds one until it settles, whatever comes of it. */
  readonly add: (work: PromiseLike<unknown>) => void;
}

const MAX_GIVEN_UP = 4;

export function createBacklog(): Backlog {
  let size = 0;
  return {
    get size() {
      return size;
    },
    get isFull() {
      return size >= MAX_GIVEN_UP;
    },
    add(work) {
      size++;
      const end = () => {
        size--;
      };
      work.then(end, end);
    },
  };
}
