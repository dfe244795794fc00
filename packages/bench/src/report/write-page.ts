import { mkdir, rm, writeFile } from 'node:fs/promises';
import { cpus, platform } from 'node:os';
import { format, resolveConfig } from 'prettier';
import { drawChart, THEMES } from './draw-chart.ts';
import {
  type Chart,
  describeFound,
  describeGoal,
  excess,
  type Goal,
  isMet,
  type Section,
  type Table,
} from './section.ts';

const DOCS = new URL('../../../../docs/', import.meta.url);
const PAGE = new URL('benchmarks.md', DOCS);
const CHARTS = new URL('benchmarks/', DOCS);

/** Writes `docs/benchmarks.md`, and beside it the charts, each of them light and dark. */
export async function writePage(sections: readonly Section[], seconds: number): Promise<void> {
  await rm(CHARTS, { recursive: true, force: true });
  await mkdir(CHARTS, { recursive: true });
  for (const chart of sections.flatMap(({ charts }) => charts)) {
    for (const theme of Object.keys(THEMES) as (keyof typeof THEMES)[]) {
      await writeFile(new URL(`${chart.name}-${theme}.svg`, CHARTS), drawChart(chart, theme));
    }
  }
  const options = await resolveConfig(PAGE);
  const markdown = [introduction(sections, seconds), goals(sections), ...sections.map(body)].join('\n\n');
  await writeFile(PAGE, await format(markdown, { ...options, parser: 'markdown' }));
}

function introduction(sections: readonly Section[], seconds: number): string {
  const results = sections.flatMap(({ result }) => result ?? []);
  return `# Benchmarks

${results.join('\n')}

Quietgate side by side with what one would use instead. \`pnpm bench\` in a clone measures all of it anew and writes this
page: it took ${Math.round(seconds)} s on ${cpus().length} cores under Node ${process.versions.node} (${platform()}). All take turns within one run, so
other work of the machine slows all of them; read the ratios, because an absolute time says more of the machine than of
the program.`;
}

function goals(sections: readonly Section[]): string {
  const all = sections.flatMap(({ goals }) => goals);
  const missed = all.filter((goal) => !isMet(goal));
  if (missed.length === 0) return `## Goals\n\nAll ${all.length} goals are met.`;
  const rows = Array.from(new Set(missed.map(describeGoal)), (goal) => {
    const isSame = (each: Goal) => describeGoal(each) === goal;
    const same = missed.filter(isSame).toSorted((a, b) => excess(b) - excess(a));
    const [worst] = same.map(describeFound);
    const total = all.filter(isSame).length;
    const whys = new Set(same.map(({ why }) => why));
    const measured = total === 1 ? worst : `${same.length} of ${total}, at worst ${worst}`;
    return [goal, String(measured), [...whys].join(' ')];
  });
  return [
    `## Goals\n\n${all.length - missed.length} of ${all.length} goals are met. These are not:`,
    table({ columns: ['goal', 'measured', 'why'], rows }),
  ].join('\n\n');
}

function body({ title, text, tables, charts }: Section): string {
  return [`## ${title}`, text, ...charts.map(picture), ...tables.map(table)].join('\n\n');
}

function picture({ name, title }: Chart): string {
  return `<picture>
<source media="(prefers-color-scheme: dark)" srcset="benchmarks/${name}-dark.svg">
<img alt="${title}" src="benchmarks/${name}-light.svg">
</picture>`;
}

function table({ columns, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}
