import { systemClock } from '@quietgate/core';
import { eachServer, ofServer, type PerServer } from '../plan/per-server.ts';
import { describeCordonNews } from '../report/describe-cordon.ts';
import { describeProgress } from '../report/describe-progress.ts';
import { liveLine } from '../report/live-line.ts';
import { newsAfter, NO_PROGRESS, type Progress } from '../report/progress.ts';
import { named, type Terms, withCordon } from '../report/terms.ts';
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
  readonly terms: Terms;
  progress: Progress;
  text?: string | undefined;
  nextAtMs: number;
}

/** For a terminal: a line for each server that is not quiet yet, redrawn in place, and then one line of result. */
export function liveReporter(terms: PerServer<Terms>, terminal: Terminal, writeResult: Write): Reporter {
  let startedAt = 0;
  const seen = eachServer(terms, (each): Seen => ({ terms: each, progress: NO_PROGRESS, nextAtMs: 0 }));
  let frame = 0;
  let frames: NodeJS.Timeout | undefined;

  const elapsed = () => systemClock.now() - startedAt;
  const lineOf = ({ terms, progress, text, nextAtMs }: Seen) => {
    const elapsedMs = elapsed();
    const { event } = progress;
    const view = {
      terms,
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
    const awaited = seen.filter(({ progress }) => progress.held === undefined);
    const shown = (awaited.length === 0 ? seen : awaited).map(lineOf);
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
      const each = ofServer(seen, server);
      const { event, held } = progress;
      const news = newsAfter(each.progress.cordonNews, progress);
      if (news !== undefined) {
        erase();
        terminal.write(`${named(each.terms, describeCordonNews(news, withCordon(each.terms)))}\n`);
      }
      each.progress = progress;
      each.text = (event ?? held) && describeProgress(progress, each.terms);
      each.nextAtMs = elapsed() + (event?.nextInMs ?? 0);
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
