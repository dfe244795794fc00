import type { PerServer } from '../plan/per-server.ts';
import type { Terms } from '../report/terms.ts';
import { workflowCommand } from '../report/workflow-command.ts';
import { logReporter } from './log-reporter.ts';
import { outcomeLines } from './outcome-lines.ts';
import type { Ended, Reporter, Write } from './reporter.ts';

const LEVELS = { green: 'notice', yellow: 'warning', red: 'error' } as const;

/**
 * For a job of GitHub Actions: the log in a group, and the outcome as an annotation. All of it goes to one stream,
 * because the runner does not keep the order of two.
 */
export function githubReporter(terms: PerServer<Terms>, write: Write): Reporter {
  const log = logReporter(terms, write, () => undefined);
  const command = (...parts: Parameters<typeof workflowCommand>) => {
    write(`${workflowCommand(...parts)}\n`);
  };
  return {
    start() {
      const { defaultUrl, url } = terms[0];
      if (defaultUrl !== undefined) command('warning', `asking ${url}: ${defaultUrl}`, 'quietgate');
      command('group', 'quietgate: waiting for quiet');
      log.start();
    },
    progress: log.progress,
    end(ended) {
      command('endgroup');
      write(annotation(ended, terms));
    },
    stop(why) {
      log.stop(why);
      command('endgroup');
    },
    note(line, isWarning) {
      if (isWarning) command('warning', line, 'quietgate');
      else log.note(line, isWarning);
    },
  };
}

/** The outcome as a line that GitHub shows on the run's page: a notice when green, an error when it stops the deploy. */
export function annotation(ended: readonly Ended[], terms: PerServer<Terms>): string {
  const { result, more, advice, level } = outcomeLines(ended, terms);
  return `${workflowCommand(LEVELS[level], [result, ...more, ...advice].join('\n'), 'quietgate')}\n`;
}
