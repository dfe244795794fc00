import { systemClock } from '@quietgate/core';
import type { Plan } from '../plan/plan.ts';
import { HEARTBEAT_MS, heartbeatLine, type LogState, progressLine, startLine } from '../report/log-lines.ts';
import { NO_PROGRESS } from '../report/progress.ts';
import { advise, describeResult } from '../report/wording.ts';
import type { Reporter, Write } from './reporter.ts';

/** For a log: a line for each change, and a heartbeat, each with the time. */
export function logReporter(plan: Plan, progress: Write, result: Write): Reporter {
  let startedAt = 0;
  let state: LogState = { told: NO_PROGRESS, toldAtMs: 0 };
  let heart: NodeJS.Timeout | undefined;

  const write = (line: string | undefined) => {
    if (line !== undefined) progress(`${timestamp()} ${line}\n`);
  };
  const step = (next: { state: LogState; line?: string }) => {
    state = next.state;
    write(next.line);
    if (next.line !== undefined) heart?.refresh();
  };

  return {
    start() {
      startedAt = systemClock.now();
      write(startLine(plan));
      heart = setInterval(() => {
        step(heartbeatLine(state, systemClock.now() - startedAt, plan));
      }, HEARTBEAT_MS).unref();
    },
    progress(progress) {
      step(progressLine(state, progress, plan));
    },
    end(outcome, progress) {
      clearInterval(heart);
      result(`${describeResult(outcome, progress, plan)}\n`);
      write(advise(outcome, progress, plan));
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
