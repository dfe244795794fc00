import type { QuietResult } from '@quietgate/core';

type FailedOpen = Extract<QuietResult, { outcome: 'failed-open' }>;

/** The result when quietgate itself fails: a gate must never become the outage, so the deploy goes ahead, loudly. */
export type InternalFailure = Omit<FailedOpen, 'reason'> & { reason: 'internal' };

/** What a deploy job ends with: what the gate says, or that there was none. */
export type JobResult = (QuietResult | InternalFailure) & { unknown?: number };

/**
 * The result of a defect.
 *
 * @param holder whose cordon was asked for, and may not be up
 */
export function internalFailure(error: unknown, holder?: string): InternalFailure {
  const why = error instanceof Error ? error.message : String(error);
  const message = `quietgate itself failed, please report it: ${why}`;
  return {
    outcome: 'failed-open',
    reason: 'internal',
    message,
    cause: error,
    polls: 0,
    elapsedMs: 0,
    ...(holder === undefined ? {} : { cordon: { holder, up: false, message } }),
  };
}
