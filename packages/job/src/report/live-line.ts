import { columnsOf, fitColumns } from '../text/columns.ts';
import { formatDuration } from '../text/format-duration.ts';
import type { Terms } from './terms.ts';

/** What one frame of the live line shows. */
export interface LiveView {
  readonly terms: Terms;
  /** What was seen last, described once for all frames; absent before the first answer. */
  readonly seen?: string | undefined;
  readonly elapsedMs: number;
  /** How long until the gate goes on; absent while it asks. */
  readonly nextTryInMs?: number | undefined;
  /** Whether the server holds the request then, until it is quiet. */
  readonly isHeldNext?: boolean | undefined;
  /** Counts up, and turns the spinner. */
  readonly frame: number;
}

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const BAR_WIDTH = 16;
const LEAST_SEEN_WIDTH = 12;

/** The line, no wider than `columns`: the bar gives way first, then what is seen, so that the times stay in view. */
export function liveLine(view: LiveView, columns: number): string {
  const { terms, elapsedMs, frame } = view;
  const spinner = SPINNER[frame % SPINNER.length] ?? '';
  const seen = view.seen ?? `asking ${terms.url}`;
  const waited = `${formatDuration(wholeSeconds(elapsedMs))} of ${terms.maxWait}`;
  const withBar = ` · ${waited} ${bar(elapsedMs / terms.maxWaitMs)}${nextTry(view)}`;
  const withoutBar = ` · ${waited}${nextTry(view)}`;
  const roomBeside = (times: string) => columns - columnsOf(spinner) - 1 - columnsOf(times);
  const times = columnsOf(seen) <= roomBeside(withBar) ? withBar : withoutBar;
  const shown = fitColumns(seen, Math.max(roomBeside(times), LEAST_SEEN_WIDTH));
  return fitColumns(`${spinner} ${shown}${times}`, columns);
}

function nextTry({ seen, nextTryInMs = 0, isHeldNext = false, terms }: LiveView): string {
  if (seen === undefined) return '';
  if (nextTryInMs > 0) return ` · next try in ${countdown(nextTryInMs)}`;
  const releaseInMs = nextTryInMs + terms.intervalMs;
  return isHeldNext && releaseInMs > 0
    ? ` · server answers once quiet, next try in ${countdown(releaseInMs)}`
    : ' · asking';
}

function countdown(ms: number): string {
  return formatDuration(Math.ceil(ms / 1000) * 1000);
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

function bar(share: number): string {
  const full = Math.min(BAR_WIDTH, Math.floor(share * BAR_WIDTH));
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
}
