import type { InFlightCount } from '../deployment.ts';

/**
 * Why the gate let a deploy go without an answer.
 *
 * - `not-found`: 404, the endpoint has not been rolled out yet
 * - `http-status`: any other status than 200 that is left after the retries
 * - `unreachable`: the request failed (DNS, refused, reset, TLS …), or the source threw
 * - `request-timeout`: no complete answer within `requestTimeoutMs`
 * - `invalid-response`: a 200, or a source's result, that is not an in-flight count
 */
export type FailOpenReason =
  'not-found' | 'http-status' | 'unreachable' | 'request-timeout' | 'invalid-response';

/** What `waitForQuiet` resolves with. Every outcome lets the deploy go; only `quiet` says that it is safe. */
export type QuietResult = {
  /** Polls started; a poll and its retries count as one. */
  polls: number;
  /** Milliseconds from the call to the outcome. */
  elapsedMs: number;
  /** The last count that was read; absent when there was none. */
  lastSeen?: InFlightCount;
  /** Where redirects ended that led to the last count, without query and fragment; absent when there was none. */
  redirectedTo?: string;
  /**
   * How many records the server cannot judge, since their status is in no table: they block nothing. That of the last
   * count (`Quietgate-Unknown`); absent when there are none, or it does not say.
   */
  unknown?: number;
  /** Whether new runs are refused, if the gate was told to raise a cordon. */
  cordon?: CordonState;
} & (
  | { outcome: 'quiet' }
  | { outcome: 'timed-out' }
  | {
      outcome: 'failed-open';
      reason: FailOpenReason;
      /** One sentence for the log. May quote what came from the network. */
      message: string;
      /** The HTTP status, when there was an answer. */
      status?: number;
      /** What was thrown, when something was. */
      cause?: unknown;
    }
);

/** Whether the cordon is up when the gate ends, and for how long. The gate never lifts it: see `uncordon`. */
export type CordonState = {
  /** Whose lease it is. */
  holder: string;
} & (
  | {
      up: true;
      /** For how many milliseconds, at least, counted from when the last request was sent that succeeded. */
      remainingMs: number;
    }
  | {
      up: false;
      /** Why new runs are not refused, as one sentence for the log. */
      message: string;
    }
);

/** What `onEvent` is called with before each pause, and when the cordon comes or goes. */
export type GateEvent = {
  /** The number of the last poll that was begun; 0 before the first one. */
  poll: number;
  /** Milliseconds since the call. */
  elapsedMs: number;
  /** Milliseconds until the gate goes on. */
  nextInMs: number;
  /** The last count that was read; absent when there was none. */
  lastSeen?: InFlightCount;
} & (
  | {
      /** The count is above zero. */
      type: 'waiting';
      /** Whether the next poll asks the server to hold it: a long poll. */
      held: boolean;
    }
  | {
      /** The count is zero, but not yet for `quietForMs`. */
      type: 'settling';
    }
  | {
      /** The same request is tried once more, after a transient error. */
      type: 'retrying';
      /** Which request: a poll, or a raise of the cordon. */
      about: 'count' | 'cordon';
      /** How many tries of it have failed; 0 as long as only a long poll has, which is no try. */
      failedTries: number;
      reason: FailOpenReason;
      message: string;
      status?: number;
    }
  | {
      /** There was no usable response, retries included, and the gate was told to wait. */
      type: 'unavailable';
      reason: FailOpenReason;
      message: string;
      status?: number;
    }
  | {
      /** A lease has begun, begun anew, or proved to last after an `uncordoned`: new runs are refused. */
      type: 'cordoned';
    }
  | {
      /** The cordon is unavailable, or was lost: new runs may start. */
      type: 'uncordoned';
      message: string;
    }
  | {
      /** `whenQuiet` has released its lease: new runs may start. */
      type: 'lifted';
    }
  | {
      /** `whenQuiet` could not release its lease, which lasts until it expires. */
      type: 'left';
      message: string;
    }
);
