/** One thing that a check found, and whether it is as promised. */
export interface Finding {
  readonly what: string;
  readonly found: string;
  readonly promised: string;
  readonly holds: boolean;
}

/** Prints a check's findings on one screen, and makes the process fail when one of them does not hold. */
export function report(title: string, findings: readonly Finding[]): void {
  const width = (column: (finding: Finding) => string) =>
    Math.max(...findings.map((finding) => column(finding).length));
  const whatWidth = width(({ what }) => what);
  const foundWidth = Math.min(
    30,
    width(({ found }) => found),
  ); // an error's text is longer, and may stick out
  console.log(`\n${title}`);
  for (const { what, found, promised, holds } of findings) {
    const mark = holds ? 'ok  ' : 'FAIL';
    console.log(`  ${mark}  ${what.padEnd(whatWidth)}  ${found.padStart(foundWidth)}  (${promised})`);
  }
  const failed = findings.filter(({ holds }) => !holds).length;
  console.log(failed === 0 ? '  All of it holds.' : `  ${failed} of ${findings.length} do not hold.`);
  if (failed > 0) process.exitCode = 1;
}

/** A finding that is a number, and may not be more than `most`. */
export function atMost(what: string, found: number, most: number, unit = ''): Finding {
  const show = (value: number) => `${Number(value.toFixed(1)).toLocaleString('en')}${unit}`;
  return { what, found: show(found), promised: `at most ${show(most)}`, holds: found <= most };
}

/** A finding that is a number, and must be just this one. */
export function exactly(what: string, found: number, promised: number): Finding {
  return {
    what,
    found: found.toLocaleString('en'),
    promised: `exactly ${promised.toLocaleString('en')}`,
    holds: found === promised,
  };
}

const MIB = 1024 * 1024;

/** What JavaScript keeps in memory, in MiB, garbage taken out. Needs `--expose-gc`. */
export function memoryMib(): number {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc');
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / MIB;
}
