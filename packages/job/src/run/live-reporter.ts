import { systemClock } from '@quietgate/core';
import { describeCordonEvent } from '../report/describe-cordon.ts';
import { describeProgress } from '../report/describe-progress.ts';
import { isGreen } from '../report/describe-result.ts';
import { liveLine } from '../report/live-line.ts';
import type { CordonEvent } from '../report/progress.ts';
import type { Terms } from '../report/terms.ts';
import { outcomeLines } from './outcome-lines.ts';
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
export function liveReporter(terms: Terms, terminal: Terminal, writeResult: Write): Reporter {
  let startedAt = 0;
  let seen: string | undefined;
  let isHeldNext: boolean | undefined;
  let nextTryAtMs = 0;
  let frame = 0;
  let frames: NodeJS.Timeout | undefined;
  let cordonEvent: CordonEvent | undefined;

  const elapsed = () => systemClock.now() - startedAt;
  const draw = () => {
    const elapsedMs = elapsed();
    // The last column stays free: some terminals wrap as soon as it is filled.
    const view = { terms, seen, isHeldNext, elapsedMs, nextTryInMs: nextTryAtMs - elapsedMs, frame: frame++ };
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
    progress(progress) {
      const news = progress.cordonEvent;
      if (news !== undefined && news !== cordonEvent) {
        cordonEvent = news;
        terminal.write(`${CLEAR_LINE}${describeCordonEvent(news, terms)}\n`);
      }
      if (progress.event !== undefined) seen = describeProgress(progress, terms);
      ({ isHeldNext } = progress);
      nextTryAtMs = elapsed() + (progress.event?.nextInMs ?? 0);
      draw();
    },
    end(outcome, progress) {
      clear();
      const [line = '', ...more] = outcomeLines(outcome, progress, terms);
      writeResult(`${terminal.paint(line, isGreen(outcome))}\n`);
      for (const each of more) terminal.write(`${each}\n`);
    },
    stop(why) {
      clear();
      if (why !== undefined) terminal.write(`${why}\n`);
    },
    note(line) {
      terminal.write(`${line}\n`);
    },
  };
}
