import {
  advise,
  describeCordon,
  describeResult,
  formatDuration,
  isGreen,
  type JobResult,
  type Progress,
  sanitise,
  stopsDeploy,
  type Terms,
  timeIn,
} from '@quietgate/job';
import { chart } from './chart.ts';
import type { History, RunSeen } from './history.ts';

const MAX_ROWS = 50;
const MAX_ID_LENGTH = 64;

/** What the run's page shows, as Markdown: the outcome, what was waited for and how long, the count over time. */
export function stepSummary(result: JobResult, progress: Progress, history: History, terms: Terms): string {
  const advice = advise(result, progress, terms);
  const cordon = describeCordon(result, timeIn);
  return [
    `### ${icon(result, terms)} Quietgate: ${result.outcome}`,
    escapeMarkdown(describeResult(result, progress, terms)),
    ...(cordon === undefined ? [] : [escapeMarkdown(cordon)]),
    ...(advice === undefined ? [] : [`**What to do:** ${escapeMarkdown(advice)}`]),
    ...table(history.runs, result.elapsedMs),
    ...fence(chart(history.samples, result.elapsedMs)),
  ]
    .join('\n\n')
    .concat('\n');
}

function icon(result: JobResult, terms: Terms): string {
  if (stopsDeploy(result, terms)) return '🔴';
  return isGreen(result) ? '🟢' : '🟡';
}

function table(runs: readonly RunSeen[], elapsedMs: number): string[] {
  if (runs.length === 0) return [];
  const rows = runs.slice(0, MAX_ROWS).map(({ id, fromMs, untilMs }) => {
    const waited = formatDuration((untilMs ?? elapsedMs) - fromMs);
    return `| ${code(id)} | ${waited}${untilMs === undefined ? ', in flight when last seen' : ''} |`;
  });
  const more = runs.length - rows.length;
  return [
    ['| waited for | how long |', '| --- | --- |', ...rows].join('\n'),
    ...(more > 0 ? [`and ${more} more`] : []),
  ];
}

function fence(diagram: string | undefined): string[] {
  return diagram === undefined ? [] : [`\`\`\`mermaid\n${diagram}\n\`\`\``];
}

function code(id: string): string {
  return `<code>${escapeMarkdown(sanitise(id, MAX_ID_LENGTH))}</code>`;
}

/** Text as it is: every character that Markdown or HTML could read as more is written as its number. */
function escapeMarkdown(text: string): string {
  return text.replace(/[^\p{L}\p{N} ,;()…]/gu, (character) => `&#${character.codePointAt(0) ?? 0};`);
}
