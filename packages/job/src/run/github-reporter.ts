import type { JobResult } from '../report/job-result.ts';
import { stopsDeploy } from '../plan/plan.ts';
import { isGreen } from '../report/describe-result.ts';
import type { Progress } from '../report/progress.ts';
import type { Terms } from '../report/terms.ts';
import { workflowCommand } from '../report/workflow-command.ts';
import { logReporter } from './log-reporter.ts';
import { outcomeLines } from './outcome-lines.ts';
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
    note(line, isTrouble) {
      command(isTrouble ? 'warning' : 'notice', line, 'quietgate');
    },
  };
}

/** The outcome as a line that GitHub shows on the run's page: a notice when quiet, an error when it stops the deploy. */
export function annotation(result: JobResult, progress: Progress, terms: Terms): string {
  const level = stopsDeploy(result, terms) ? 'error' : isGreen(result) ? 'notice' : 'warning';
  const text = outcomeLines(result, progress, terms).join('\n');
  return `${workflowCommand(level, text, 'quietgate')}\n`;
}
