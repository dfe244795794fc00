import type { Unavailable } from '../gate/observation.ts';
import type { FailOpenReason } from '../gate/outcome.ts';

/** There was no usable response, for this reason. */
export function unavailable(
  reason: FailOpenReason,
  message: string,
  more: Omit<Unavailable, 'type' | 'reason' | 'message'> = {},
): Unavailable {
  return { type: 'unavailable', reason, message, ...more };
}
