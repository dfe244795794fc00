/*
 * Measures Quietgate beside what one would use instead, prints whether it is as good as it is meant to be, and writes
 * docs/benchmarks.md. `pnpm bench [section…]` measures only those, and writes nothing.
 */
import { count } from './count.ts';
import { endpoint } from './endpoint.ts';
import { footprint } from './footprint.ts';
import { gateProcess } from './gate-process.ts';
import { hold } from './hold.ts';
import { quietToGreen } from './quiet-to-green.ts';
import { describeFound, describeGoal, isMet, type Section } from './report/section.ts';
import { writePage } from './report/write-page.ts';

const SECTIONS: Readonly<Record<string, () => Promise<Section>>> = {
  count,
  endpoint,
  'quiet-to-green': quietToGreen,
  hold,
  'gate-process': gateProcess,
  footprint,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(SECTIONS, name));
if (unknown.length > 0) {
  console.error(`no such section: ${unknown.join(', ')}; there are ${Object.keys(SECTIONS).join(', ')}`);
  process.exit(2);
}

const startedAt = performance.now();
const sections: Section[] = [];
for (const [name, measure] of Object.entries(SECTIONS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`${name} …`);
  const section = await measure();
  sections.push(section);
  print(section);
}
const seconds = (performance.now() - startedAt) / 1000;
if (wanted.length === 0) await writePage(sections, seconds);

const goals = sections.flatMap(({ goals }) => goals);
const met = goals.filter(isMet).length;
console.log(`\n${met} of ${goals.length} goals are met, in ${seconds.toFixed(0)} s.`);

function print({ tables, goals }: Section): void {
  for (const { columns, rows } of tables) {
    console.table(
      rows.map((row) => Object.fromEntries(row.map((cell, at) => [columns[at] ?? '', cell] as const))),
    );
  }
  for (const goal of goals)
    console.log(`  ${isMet(goal) ? 'ok    ' : 'MISSED'}  ${describeGoal(goal)}: ${describeFound(goal)}`);
}
