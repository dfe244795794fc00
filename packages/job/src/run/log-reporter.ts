import { systemClock } from '@quietgate/core';
import { eachServer, ofServer, type PerServer } from '../plan/per-server.ts';
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

/** What the log has said of one server. */
interface Log {
  readonly terms: Terms;
  state: LogState;
}

/** For a log: a line for each change, and a heartbeat, each with the time. */
export function logReporter(terms: PerServer<Terms>, writeProgress: Write, writeResult: Write): Reporter {
  let startedAt = 0;
  const logs = eachServer(terms, (each): Log => ({ terms: each, state: beginLog(each) }));
  let heart: NodeJS.Timeout | undefined;

  const timed = (line: string) => `${timeIn(0)} ${line}\n`;
  const write = (line: string) => {
    writeProgress(timed(line));
    heart?.refresh();
  };
  const step = (log: Log, next: { state: LogState; line?: string }) => {
    log.state = next.state;
    if (next.line !== undefined) write(next.line);
  };
  const beat = () => {
    const elapsedMs = systemClock.now() - startedAt;
    for (const log of logs) step(log, heartbeatLine(log.state, elapsedMs, log.terms));
  };

  return {
    start() {
      startedAt = systemClock.now();
      for (const each of terms) write(startLine(each));
      heart = setInterval(beat, HEARTBEAT_MS).unref();
    },
    progress(server, progress) {
      const log = ofServer(logs, server);
      step(log, progressLine(log.state, progress, log.terms));
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
