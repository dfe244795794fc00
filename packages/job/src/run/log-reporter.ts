import { systemClock } from '@quietgate/core';
import {
  beginLog,
  HEARTBEAT_MS,
  heartbeatLine,
  type LogState,
  progressLine,
  startLine,
} from '../report/log-lines.ts';
import type { Terms } from '../report/terms.ts';
import { outcomeLines } from './outcome-lines.ts';
import { timeIn } from './time-in.ts';
import type { Reporter, Write } from './reporter.ts';

/** For a log: a line for each change, and a heartbeat, each with the time. */
export function logReporter(terms: Terms, writeProgress: Write, writeResult: Write): Reporter {
  let startedAt = 0;
  let state = beginLog(terms);
  let heart: NodeJS.Timeout | undefined;

  const write = (line: string | undefined) => {
    if (line !== undefined) writeProgress(`${timeIn(0)} ${line}\n`);
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
      const [line = '', ...more] = outcomeLines(outcome, progress, terms);
      writeResult(`${line}\n`);
      for (const each of more) write(each);
    },
    stop(why) {
      clearInterval(heart);
      write(why);
    },
    note: write,
  };
}
