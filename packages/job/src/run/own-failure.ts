import type { QuietResult } from '@quietgate/core';

/**
 * The result when quietgate itself fails. A gate must never become the outage, so a defect counts as an endpoint that
 * cannot be asked: the deploy goes ahead, loudly, unless fail-on says otherwise.
 */
export function ownFailure(error: unknown): Extract<QuietResult, { outcome: 'failed-open' }> {
  const why = error instanceof Error ? error.message : String(error);
  return {
    outcome: 'failed-open',
    reason: 'unreachable',
    message: `quietgate itself failed, please report it: ${why}`,
    cause: error,
    polls: 0,
    elapsedMs: 0,
  };
}
