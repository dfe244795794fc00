import type { Plan } from '../plan/plan.ts';
import { exactDuration, formatDuration } from '../text/format-duration.ts';
import { withoutSecrets } from '../text/without-secrets.ts';
import type { Progress } from './progress.ts';
import { describeProgress } from './wording.ts';

/** What one frame of the live line shows. */
export interface LiveView {
  readonly plan: Pick<Plan, 'url' | 'maxWaitMs' | 'quietForMs' | 'retries'>;
  readonly progress: Progress;
  readonly elapsedMs: number;
  /** How long until the gate goes on; absent while it asks. */
  readonly nextTryInMs?: number | undefined;
  /** Counts up, and turns the spinner. */
  readonly frame: number;
}

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const BAR_WIDTH = 16;

/** The line, no wider than `columns`: the bar gives way first, then what is seen, so that the times stay in view. */
export function liveLine(view: LiveView, columns: number): string {
  const { plan, progress, elapsedMs, frame } = view;
  const spinner = SPINNER[frame % SPINNER.length] ?? '';
  const seen =
    progress.event === undefined ? `asking ${withoutSecrets(plan.url)}` : describeProgress(progress, plan);
  const waited = `${formatDuration(wholeSeconds(elapsedMs))} of ${exactDuration(plan.maxWaitMs)}`;
  const withBar = ` · ${waited} ${bar(elapsedMs / plan.maxWaitMs)}${nextTry(view)}`;
  const withoutBar = ` · ${waited}${nextTry(view)}`;
  const room = (times: string) => columns - widthOf(spinner) - 1 - widthOf(times);
  const times = widthOf(seen) <= room(withBar) ? withBar : withoutBar;
  return fit(`${spinner} ${fit(seen, Math.max(room(times), 12))}${times}`, columns);
}

function nextTry({ progress, nextTryInMs = 0 }: LiveView): string {
  if (progress.event === undefined) return '';
  return nextTryInMs > 0
    ? ` · next try in ${formatDuration(Math.ceil(nextTryInMs / 1000) * 1000)}`
    : ' · asking';
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

function bar(share: number): string {
  const full = Math.min(BAR_WIDTH, Math.floor(share * BAR_WIDTH));
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
}

/** Cuts a text to a width in columns, and marks where it did. */
function fit(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let width = 1; // the mark's
  let kept = '';
  for (const character of text) {
    width += widthOf(character);
    if (width > columns) break;
    kept += character;
  }
  return columns < 1 ? '' : `${kept}…`;
}

/** How wide a text is at most: what is neither ASCII nor drawn here may take two columns. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += /[ -~·…░█⠀-⣿]/u.test(character) ? 1 : 2;
  return width;
}
