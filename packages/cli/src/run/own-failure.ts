import type { QuietResult } from '@quietgate/core';
import type { Command } from '../args/parse-args.ts';
import { stopsDeploy } from '../args/plan.ts';
import { resultJson } from '../report/result-json.ts';
import { describeResult } from '../report/wording.ts';
import type { Write } from './reporter.ts';

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

/** Tells about such a failure, and returns the exit status. */
export function tellOwnFailure(error: unknown, command: Command | undefined, out: Write, log: Write): number {
  const running = command?.type === 'run' ? command : undefined;
  const plan = running?.plan ?? { failOn: [], maxWaitMs: 0 };
  const result = ownFailure(error);
  log(`\n${describeResult(result, plan)}\n`);
  if (running?.json === true) out(`${resultJson(result)}\n`);
  return stopsDeploy(result, plan) ? 1 : 0;
}
