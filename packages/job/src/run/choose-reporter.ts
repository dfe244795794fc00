import type { JobResult } from '../report/job-result.ts';
import type { Plan } from '../plan/plan.ts';
import type { Progress } from '../report/progress.ts';
import { isGreen } from '../report/describe-result.ts';
import { termsOf } from '../report/terms.ts';
import { annotation, githubReporter } from './github-reporter.ts';
import { liveReporter } from './live-reporter.ts';
import { logReporter } from './log-reporter.ts';
import { outcomeLines } from './outcome-lines.ts';
import type { Reporter, Write } from './reporter.ts';

/** For a terminal that does not know its width, and says 0. */
const FALLBACK_COLUMNS = 80;

/** Where a process reports. */
export interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
}

/** What is run, and where it is to be reported. */
export interface Audience extends Streams {
  readonly plan: Plan;
}

/** Progress goes to standard error and the result to standard output, unless that is JSON's alone. */
export function chooseReporter({ plan, stdout, stderr, env }: Audience): Reporter {
  const terms = termsOf(plan, plan.servers[0]);
  const github = env['GITHUB_ACTIONS'] === 'true';
  const resultStream = plan.json ? stderr : stdout;
  const progress: Write = (text) => void stderr.write(text);
  const result: Write = (text) => void resultStream.write(text);

  if (plan.silent) {
    return troubleReporter(progress, (...outcome) =>
      github
        ? annotation(...outcome, terms)
        : `${outcomeLines(...outcome, terms)
            .slice(0, outcome[0].cordon === undefined ? 1 : 2)
            .join('\n')}\n`,
    );
  }
  if (github) return githubReporter(terms, result);
  if (!stderr.isTTY || env['TERM'] === 'dumb') return logReporter(terms, progress, result);

  const colour = resultStream.isTTY && (env['NO_COLOR'] ?? '') === '';
  const paint = (line: string, green: boolean) =>
    colour ? `\u001b[${green ? 32 : 33}m${line}\u001b[39m` : line;
  return liveReporter(
    terms,
    { write: progress, columns: () => stderr.columns || FALLBACK_COLUMNS, paint },
    result,
  );
}

/** For --silent: nothing, but for an outcome that is no green light. */
function troubleReporter(
  write: Write,
  describe: (result: JobResult, progress: Progress) => string,
): Reporter {
  return {
    start: () => undefined,
    progress: () => undefined,
    end(result, progress) {
      if (!isGreen(result)) write(describe(result, progress));
    },
    stop: () => undefined,
    note(line, isTrouble) {
      if (isTrouble) write(`${line}\n`);
    },
  };
}
