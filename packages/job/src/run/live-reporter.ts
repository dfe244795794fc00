import { systemClock } from '@quietgate/core';
import { describeCordonNews } from '../report/describe-cordon.ts';
import { describeProgress } from '../report/describe-progress.ts';
import { liveLine } from '../report/live-line.ts';
import { NO_PROGRESS, type Progress } from '../report/progress.ts';
import type { Terms } from '../report/terms.ts';
import { outcomeLines } from './outcome-lines.ts';
import type { Reporter, Write } from './reporter.ts';

/** A terminal that takes nothing holds the process up, so it is given little. */
const FRAME_MS = 1000;

const CLEAR_LINE = '\r\u001b[K';

/** A terminal to draw on. */
export interface Terminal {
  readonly write: Write;
  readonly columns: () => number;
  /** Paints a result: green for a green light, yellow for any other. */
  readonly paint: (line: string, green: boolean) => string;
}

/** What the line of one server shows. */
interface Seen {
  readonly progress: Progress;
  readonly text?: string | undefined;
  readonly nextAtMs: number;
}

/** For a terminal: a line for each server that is not quiet yet, redrawn in place, and then one line of result. */
export function liveReporter(
  terms: readonly [Terms, ...Terms[]],
  terminal: Terminal,
  writeResult: Write,
): Reporter {
  let startedAt = 0;
  const seen: Seen[] = terms.map(() => ({ progress: NO_PROGRESS, nextAtMs: 0 }));
  let frame = 0;
  let frames: NodeJS.Timeout | undefined;

  const elapsed = () => systemClock.now() - startedAt;
  const lineOf = ({ progress, text, nextAtMs }: Seen, server: number) => {
    const elapsedMs = elapsed();
    const { event } = progress;
    const view = {
      terms: terms[server] ?? terms[0],
      seen: text,
      isHeld: event?.type === 'waiting' && event.held,
      elapsedMs,
      nextInMs: nextAtMs - elapsedMs,
      frame,
    };
    // The last column stays free: some terminals wrap as soon as it is filled.
    return liveLine(view, terminal.columns() - 1);
  };
  let drawn = 0;
  // The cursor stays at the end of the last line.
  const erase = () => {
    terminal.write(drawn > 1 ? `\u001b[${drawn - 1}F\u001b[J` : CLEAR_LINE);
    drawn = 0;
  };
  const draw = () => {
    erase();
    const lines = seen.map(lineOf);
    const awaited = lines.filter((_, server) => seen[server]?.progress.held === undefined);
    const shown = awaited.length === 0 ? lines : awaited;
    terminal.write(shown.join('\n'));
    drawn = shown.length;
    frame++;
  };
  const stop = () => {
    clearInterval(frames);
    erase();
  };

  return {
    start() {
      startedAt = systemClock.now();
      draw();
      frames = setInterval(draw, FRAME_MS).unref();
    },
    progress(server, progress) {
      const each = terms[server] ?? terms[0];
      const before = seen[server]?.progress.cordonNews;
      if (progress.cordonNews !== undefined && progress.cordonNews !== before) {
        erase();
        const whose = each.name === undefined ? '' : `${each.name}: `;
        terminal.write(`${whose}${describeCordonNews(progress.cordonNews, each)}\n`);
      }
      seen[server] = {
        progress,
        text: (progress.event ?? progress.held) && describeProgress(progress, each),
        nextAtMs: elapsed() + (progress.event?.nextInMs ?? 0),
      };
      if (frames !== undefined) draw();
    },
    end(ended) {
      stop();
      frames = undefined;
      const { result, more, advice, level } = outcomeLines(ended, terms, true);
      writeResult(`${terminal.paint(result, level === 'green')}\n`);
      for (const line of [...more, ...advice]) terminal.write(`${line}\n`);
    },
    stop(why) {
      if (frames !== undefined) stop();
      if (why !== undefined) terminal.write(`${why}\n`);
    },
    note(line) {
      terminal.write(`${line}\n`);
    },
  };
}
