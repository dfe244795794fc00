import type { QuietResult } from '@quietgate/core';
import type { Plan } from '../args/plan.ts';
import { workflowCommand } from '../report/workflow-command.ts';
import { advise, describeResult } from '../report/wording.ts';
import { logReporter } from './log-reporter.ts';
import type { Reporter, Write } from './reporter.ts';

/**
 * For a job of GitHub Actions: the log in a group, and the outcome as an annotation. All of it goes to one stream,
 * because the runner does not keep the order of two.
 */
export function githubReporter(plan: Plan, write: Write): Reporter {
  const log = logReporter(plan, write, () => undefined);
  const command = (...parts: Parameters<typeof workflowCommand>) => {
    write(`${workflowCommand(...parts)}\n`);
  };
  return {
    start() {
      command('group', 'quietgate: waiting for quiet');
      log.start();
    },
    event: log.event,
    end(result) {
      log.stop();
      command('endgroup');
      write(annotation(result, plan));
    },
    stop(why) {
      log.stop(why);
      command('endgroup');
    },
  };
}

/** The outcome as a line that GitHub shows on the run's page: a notice for a green light, else a warning. */
export function annotation(result: QuietResult, plan: Pick<Plan, 'failOn' | 'maxWaitMs'>): string {
  const level = result.outcome === 'quiet' ? 'notice' : 'warning';
  const advice = advise(result);
  const text = describeResult(result, plan) + (advice === undefined ? '' : `\n${advice}`);
  return `${workflowCommand(level, text, 'quietgate')}\n`;
}
