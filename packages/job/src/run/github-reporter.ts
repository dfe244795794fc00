import type { QuietResult } from '@quietgate/core';
import { stopsDeploy } from '../plan/plan.ts';
import { advise } from '../report/advise.ts';
import { describeResult } from '../report/describe-result.ts';
import type { Progress } from '../report/progress.ts';
import type { Terms } from '../report/terms.ts';
import { workflowCommand } from '../report/workflow-command.ts';
import { logReporter } from './log-reporter.ts';
import type { Reporter, Write } from './reporter.ts';

/**
 * For a job of GitHub Actions: the log in a group, and the outcome as an annotation. All of it goes to one stream,
 * because the runner does not keep the order of two.
 */
export function githubReporter(terms: Terms, write: Write): Reporter {
  const log = logReporter(terms, write, () => undefined);
  const command = (...parts: Parameters<typeof workflowCommand>) => {
    write(`${workflowCommand(...parts)}\n`);
  };
  return {
    start() {
      command('group', 'quietgate: waiting for quiet');
      log.start();
    },
    progress: log.progress,
    end(result, progress) {
      log.stop();
      command('endgroup');
      write(annotation(result, progress, terms));
    },
    stop(why) {
      log.stop(why);
      command('endgroup');
    },
  };
}

/** The outcome as a line that GitHub shows on the run's page: a notice when quiet, an error when it stops the deploy. */
export function annotation(result: QuietResult, progress: Progress, terms: Terms): string {
  const level = stopsDeploy(result, terms) ? 'error' : result.outcome === 'quiet' ? 'notice' : 'warning';
  const advice = advise(result, progress, terms);
  const text = describeResult(result, progress, terms) + (advice === undefined ? '' : `\n${advice}`);
  return `${workflowCommand(level, text, 'quietgate')}\n`;
}
