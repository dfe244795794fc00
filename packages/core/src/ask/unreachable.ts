import type { Unavailable } from '../gate/observation.ts';
import { unavailable } from './unavailable.ts';
import { errorMessage } from './error-message.ts';
import { NotSupplied } from './supply.ts';

/** A request that failed, or was never made. No message holds the secret. */
export function unreachable(name: string, cause: unknown, secret?: string): Unavailable {
  const why =
    cause instanceof NotSupplied
      ? `was not asked: ${cause.message}`
      : `could not be reached: ${errorMessage(cause, secret)}`;
  return unavailable('unreachable', `${name} ${why}`, { cause });
}
