import type { Unavailable } from '../gate/observation.ts';
import { errorMessage } from './error-message.ts';
import { NotSupplied } from './supply.ts';

/** A request that came to no answer. No message holds the secret. */
export function unreachable(name: string, cause: unknown, secret?: string): Unavailable {
  const message =
    cause instanceof NotSupplied
      ? `${name} was not asked: ${cause.message}`
      : `${name} could not be reached: ${errorMessage(cause, secret)}`;
  return { type: 'unavailable', reason: 'unreachable', message, cause };
}
