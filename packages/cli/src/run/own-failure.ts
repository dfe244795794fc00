import type { QuietResult } from '@quietgate/core';
import type { Command } from '../args/parse-args.ts';
import { stopsDeploy } from '../args/plan.ts';
import { NO_PROGRESS } from '../report/progress.ts';
import { resultJson } from '../report/result-json.ts';
import { workflowCommand } from '../report/workflow-command.ts';
import { describeResult } from '../report/wording.ts';
import type { Streams } from './choose-reporter.ts';
import { annotation } from './github-reporter.ts';

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
export function tellOwnFailure(
  error: unknown,
  command: Command | undefined,
  { stdout, stderr, env }: Streams,
): number {
  const running = command?.type === 'run' ? command : undefined;
  const plan = running?.plan ?? { failOn: [], maxWaitMs: 0, quietForMs: 0 };
  const result = ownFailure(error);
  const github = env['GITHUB_ACTIONS'] === 'true';
  // Whatever was under way leaves its line, or its group, behind.
  stderr.write(
    github
      ? `${workflowCommand('endgroup')}\n${annotation(result, NO_PROGRESS, plan)}`
      : `\n${describeResult(result, NO_PROGRESS, plan)}\n`,
  );
  if (running?.json === true) stdout.write(`${resultJson(result)}\n`);
  return stopsDeploy(result, plan) ? 1 : 0;
}
