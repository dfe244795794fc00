import {
  describeBlocked,
  type Ended,
  formatDuration,
  outcomeLines,
  type ReportedEnd,
  sanitise,
  type Terms,
} from '@quietgate/job';
import { chart } from './chart.ts';
import { type History, NO_HISTORY, type RunSeen } from './history.ts';

const MAX_ROWS = 50;
const MAX_ID_LENGTH = 64;

const ICONS = { green: '🟢', yellow: '🟡', red: '🔴' } as const;

type AllTerms = readonly [Terms, ...Terms[]];

/** What the run's page shows, as Markdown: the outcome, what was waited for and how long, the count over time. */
export function stepSummary(end: ReportedEnd, histories: readonly History[], terms: AllTerms): string {
  const blocked = blockedLine(end);
  return [
    ...(end.signal === undefined ? outcome(afterwards(end), terms) : cancelled(end)),
    ...defaultUrl(terms),
    ...(blocked === undefined ? [] : [escapeMarkdown(blocked)]),
    ...terms.flatMap(({ name }, server) => [
      ...(name === undefined ? [] : [`#### ${escapeMarkdown(name)}`]),
      ...waiting(histories[server] ?? NO_HISTORY, end.ended[server]?.result.elapsedMs ?? end.elapsedMs),
    ]),
  ]
    .join('\n\n')
    .concat('\n');
}

/** What the page is read after: a cordon that is down again is not said to be up. */
function afterwards({ ended, seen }: ReportedEnd): readonly Ended[] {
  return ended.map((end, server) => {
    const { cordon, ...result } = end.result;
    const isDown = cordon?.up === true && seen[server]?.cordonNews?.type === 'lifted';
    return isDown ? { ...end, result } : end;
  });
}

function outcome(ended: readonly Ended[], terms: AllTerms): string[] {
  const { result, more, advice, level } = outcomeLines(ended, terms);
  const [name = ''] = result.split(/[: ]/, 1);
  return [
    `### ${ICONS[level]} Quietgate: ${name}`,
    ...[result, ...more].map(escapeMarkdown),
    ...advice.map((line) => `**What to do:** ${escapeMarkdown(line)}`),
  ];
}

function cancelled({ signal = 'SIGTERM', elapsedMs }: ReportedEnd): string[] {
  return [
    `### ⚪ Quietgate: cancelled`,
    `stopped by ${signal} after ${formatDuration(elapsedMs)}, without a green light`,
  ];
}

/** A URL that nobody gave is likely a variable that is empty. */
function defaultUrl([{ url, defaultUrl }]: AllTerms): string[] {
  return defaultUrl === undefined ? [] : [`⚠️ ${escapeMarkdown(`asked ${url}: ${defaultUrl}`)}`];
}

/** For how long new runs were blocked, where that is over. */
function blockedLine({ seen, elapsedMs }: ReportedEnd): string | undefined {
  const isOver = seen.every(({ cordonedAtMs }) => cordonedAtMs === undefined);
  const blocked = isOver ? describeBlocked(seen, elapsedMs) : undefined;
  return blocked && `New runs were blocked for ${blocked}.`;
}

function waiting({ runs, samples }: History, elapsedMs: number): string[] {
  return [...table(runs, elapsedMs), ...fence(chart(samples, elapsedMs))];
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
