import { systemClock } from '@quietgate/core';
import type { Plan } from '../plan/plan.ts';
import { liveLine } from '../report/live-line.ts';
import { NO_PROGRESS } from '../report/progress.ts';
import { advise, describeResult } from '../report/wording.ts';
import type { Reporter, Write } from './reporter.ts';

const FRAME_MS = 100;
const CLEAR_LINE = '\r\u001b[K';

/** A terminal to draw on. */
export interface Terminal {
  readonly write: Write;
  readonly columns: () => number;
  /** Paints a result: green for a green light, yellow for any other. */
  readonly paint: (line: string, green: boolean) => string;
}

/** For a terminal: one line that moves, and then one line of result. */
export function liveReporter(plan: Plan, terminal: Terminal, result: Write): Reporter {
  let startedAt = 0;
  let progress = NO_PROGRESS;
  let nextTryAtMs = 0;
  let frame = 0;
  let frames: NodeJS.Timeout | undefined;

  const elapsed = () => systemClock.now() - startedAt;
  const draw = () => {
    const elapsedMs = elapsed();
    // The last column stays free: some terminals wrap as soon as it is filled.
    const view = { plan, progress, elapsedMs, nextTryInMs: nextTryAtMs - elapsedMs, frame: frame++ };
    const line = liveLine(view, terminal.columns() - 1);
    terminal.write(CLEAR_LINE + line);
  };
  const clear = () => {
    clearInterval(frames);
    terminal.write(CLEAR_LINE);
  };

  return {
    start() {
      startedAt = systemClock.now();
      draw();
      frames = setInterval(draw, FRAME_MS).unref();
    },
    progress(next) {
      progress = next;
      nextTryAtMs = elapsed() + (next.event?.nextInMs ?? 0);
      draw();
    },
    end(outcome, progress) {
      clear();
      const line = describeResult(outcome, progress, plan);
      result(`${terminal.paint(line, outcome.outcome === 'quiet')}\n`);
      const advice = advise(outcome, progress, plan);
      if (advice !== undefined) terminal.write(`${advice}\n`);
    },
    stop(why) {
      clear();
      if (why !== undefined) terminal.write(`${why}\n`);
    },
  };
}
