import type { Unavailable } from '../gate/observation.ts';
import type { FailOpenReason } from '../gate/outcome.ts';

/** Why a request came to no usable response, as a gate would say it. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';
  readonly reason: FailOpenReason;
  /** The HTTP status, when there was a response. */
  readonly status: number | undefined;

  constructor({ message, reason, status, cause }: Unavailable) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
    this.status = status;
  }
}
