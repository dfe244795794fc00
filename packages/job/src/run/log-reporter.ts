import { systemClock } from '@quietgate/core';
import { advise } from '../report/advise.ts';
import { describeResult } from '../report/describe-result.ts';
import {
  beginLog,
  HEARTBEAT_MS,
  heartbeatLine,
  type LogState,
  progressLine,
  startLine,
} from '../report/log-lines.ts';
import type { Terms } from '../report/terms.ts';
import type { Reporter, Write } from './reporter.ts';

/** For a log: a line for each change, and a heartbeat, each with the time. */
export function logReporter(terms: Terms, writeProgress: Write, writeResult: Write): Reporter {
  let startedAt = 0;
  let state = beginLog(terms);
  let heart: NodeJS.Timeout | undefined;

  const write = (line: string | undefined) => {
    if (line !== undefined) writeProgress(`${timestamp()} ${line}\n`);
  };
  const step = (next: { state: LogState; line?: string }) => {
    state = next.state;
    write(next.line);
    if (next.line !== undefined) heart?.refresh();
  };

  return {
    start() {
      startedAt = systemClock.now();
      write(startLine(terms));
      heart = setInterval(() => {
        step(heartbeatLine(state, systemClock.now() - startedAt, terms));
      }, HEARTBEAT_MS).unref();
    },
    progress(progress) {
      step(progressLine(state, progress, terms));
    },
    end(outcome, progress) {
      clearInterval(heart);
      writeResult(`${describeResult(outcome, progress, terms)}\n`);
      write(advise(outcome, progress, terms));
    },
    stop(why) {
      clearInterval(heart);
      write(why);
    },
  };
}

/** The wall clock's time, for people only: nothing is measured with it. */
function timestamp(): string {
  return new Date().toISOString().replace(/\.\d+/, '');
}
