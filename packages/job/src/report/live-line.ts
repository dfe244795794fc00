import { columnsOf, fitColumns } from '../text/columns.ts';
import { formatDuration } from '../text/format-duration.ts';
import { named, type Terms } from './terms.ts';

/** What one frame shows of one server. */
export interface LiveView {
  readonly terms: Terms;
  /** What was seen last, described once for all frames; absent before the first response. */
  readonly seen?: string | undefined;
  readonly elapsedMs: number;
  /** How long until the gate goes on; absent while it asks. */
  readonly nextInMs?: number | undefined;
  /** Whether the server keeps the request pending then, until it is quiet. */
  readonly isHeld?: boolean | undefined;
  /** Counts up, and turns the spinner. */
  readonly frame: number;
}

const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const BAR_WIDTH = 16;

/**
 * One server's line, no wider than `columns`. Where room is short what comes next gives way first, then the bar, then the
 * time, and what is seen last of all.
 */
export function liveLine(view: LiveView, columns: number): string {
  const { terms, elapsedMs, frame } = view;
  const spinner = SPINNER.charAt(frame % SPINNER.length);
  const seen = `${spinner} ${named(terms, view.seen ?? `asking ${terms.url}`)}`;
  const waited = ` · ${formatDuration(wholeSeconds(elapsedMs))} of ${terms.maxWait}`;
  const withBar = `${seen}${waited} ${bar(elapsedMs / terms.maxWaitMs)}`;
  const candidates = [withBar + next(view), withBar, seen + waited, seen];
  return candidates.find((line) => columnsOf(line) <= columns) ?? fitColumns(seen, columns);
}

function next({ seen, nextInMs = 0, isHeld = false }: LiveView): string {
  if (seen === undefined) return '';
  if (nextInMs > 0) return ` · next check in ${formatDuration(Math.ceil(nextInMs / 1000) * 1000)}`;
  return isHeld ? ' · the server responds once it is quiet' : ' · asking';
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

function bar(share: number): string {
  const full = Math.min(BAR_WIDTH, Math.floor(share * BAR_WIDTH));
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
}
