import type { PerServer } from '../plan/per-server.ts';
import type { Plan } from '../plan/plan.ts';
import { isGreen } from '../report/describe-result.ts';
import { allTermsOf, type Terms } from '../report/terms.ts';
import { annotation, githubReporter } from './github-reporter.ts';
import { logReporter } from './log-reporter.ts';
import { outcomeLines } from './outcome-lines.ts';
import type { Ended, Reporter, Write } from './reporter.ts';

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
  /** Standard output is for something else: a result as JSON, or a command. */
  readonly isStdoutTaken: boolean;
}

/**
 * Progress goes to standard error and the result to standard output, unless that is taken. What only
 * a terminal needs is loaded for a terminal only: the tables of characters take longer than a green light.
 */
export async function chooseReporter(audience: Audience): Promise<Reporter> {
  const { plan, stdout, stderr, env, isStdoutTaken } = audience;
  const terms = allTermsOf(plan);
  const github = env['GITHUB_ACTIONS'] === 'true';
  const resultStream = isStdoutTaken ? stderr : stdout;
  const progress: Write = (text) => void stderr.write(text);
  const result: Write = (text) => void resultStream.write(text);

  if (plan.silent) return warningReporter(progress, (ended) => describeSilently(ended, terms, github));
  if (github) return githubReporter(terms, result);
  if (!isForPeople(stderr, env)) return logReporter(terms, progress, result);

  const colour = resultStream.isTTY && (env['NO_COLOR'] ?? '') === '';
  const paint = (line: string, green: boolean) =>
    colour ? `\u001b[${green ? 32 : 33}m${line}\u001b[39m` : line;
  const terminal = { write: progress, columns: () => stderr.columns || FALLBACK_COLUMNS, paint };
  const { liveReporter } = await import('./live-reporter.ts');
  return liveReporter(terms, terminal, result);
}

/** Whether somebody looks on: the terminal of a CI job is a log, which nobody sees drawn. */
function isForPeople(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  const isCi = !['', 'false'].includes(env['CI'] ?? '');
  return stream.isTTY && env['TERM'] !== 'dumb' && !isCi;
}

function describeSilently(ended: readonly Ended[], terms: PerServer<Terms>, github: boolean): string {
  if (github) return annotation(ended, terms);
  const { result, more } = outcomeLines(ended, terms);
  return [result, ...more].map((line) => `${line}\n`).join('');
}

/** For --silent: nothing, but for an outcome that is no green light. */
function warningReporter(write: Write, describe: (ended: readonly Ended[]) => string): Reporter {
  return {
    start: () => undefined,
    progress: () => undefined,
    end(ended) {
      if (!ended.every(({ result }) => isGreen(result))) write(describe(ended));
    },
    stop: () => undefined,
    note(line, isWarning) {
      if (isWarning) write(`${line}\n`);
    },
  };
}
