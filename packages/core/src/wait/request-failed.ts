import type { Unavailable } from '../gate/observation.ts';
import type { FailOpenReason } from '../gate/outcome.ts';

/** What `fetchInFlightCount` and `fetchCordon` reject with when there is no usable response. */
export interface RequestFailed extends Error {
  /** Why, as a gate would say it. */
  readonly reason: FailOpenReason;
  /** The HTTP status, when there was a response. */
  readonly status?: number;
}

/** The error of a request that came to no usable response. */
export function requestFailed({ message, reason, status, cause }: Unavailable): RequestFailed {
  const error = new Error(message, cause === undefined ? undefined : { cause });
  return Object.assign(error, { reason, ...(status === undefined ? {} : { status }) });
}
