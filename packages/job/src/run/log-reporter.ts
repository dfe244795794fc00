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
export function logReporter(
  terms: readonly [Terms, ...Terms[]],
  writeProgress: Write,
  writeResult: Write,
): Reporter {
  let startedAt = 0;
  const states = terms.map(beginLog);
  let heart: NodeJS.Timeout | undefined;

  const timed = (line: string) => `${timeIn(0)} ${line}\n`;
  const write = (line: string) => {
    writeProgress(timed(line));
    heart?.refresh();
  };
  const step = (server: number, next: { state: LogState; line?: string }) => {
    states[server] = next.state;
    if (next.line !== undefined) write(next.line);
  };
  const beat = () => {
    const elapsedMs = systemClock.now() - startedAt;
    for (const [server, each] of terms.entries()) {
      step(server, heartbeatLine(states[server] ?? beginLog(each), elapsedMs, each));
    }
  };

  return {
    start() {
      startedAt = systemClock.now();
      for (const each of terms) write(startLine(each));
      heart = setInterval(beat, HEARTBEAT_MS).unref();
    },
    progress(server, progress) {
      const each = terms[server];
      if (each === undefined) return;
      step(server, progressLine(states[server] ?? beginLog(each), progress, each));
    },
    end(ended) {
      clearInterval(heart);
      const { result, more, advice } = outcomeLines(ended, terms, true);
      writeResult(timed(result));
      for (const line of [...more, ...advice]) write(line);
    },
    stop(why) {
      clearInterval(heart);
      if (why !== undefined) write(why);
    },
    note: write,
  };
}
