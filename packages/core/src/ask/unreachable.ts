import type { Unavailable } from '../gate/observation.ts';
import { errorMessage } from './error-message.ts';
import { NotSupplied } from './supply.ts';

/** A request that failed, or was never made. No message holds the secret. */
export function unreachable(name: string, cause: unknown, secret?: string): Unavailable {
  const failed = { type: 'unavailable', reason: 'unreachable', cause } as const;
  return cause instanceof NotSupplied
    ? { ...failed, message: `${name} was not asked: ${cause.message}`, detail: 'unsent' }
    : { ...failed, message: `${name} could not be reached: ${errorMessage(cause, secret)}` };
}
