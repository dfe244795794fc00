/** One part of the benchmarks: what was measured, and whether it is as good as it is meant to be. */
export interface Section {
  readonly title: string;
  /** What was compared, and how, in Markdown. */
  readonly text: string;
  readonly tables: readonly Table[];
  readonly charts: readonly Chart[];
  readonly goals: readonly Goal[];
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Bars, one group of them for each `group`. */
export interface Chart {
  /** The file's name, without its ending. */
  readonly name: string;
  /** What it shows, for those who do not see it. */
  readonly alt: string;
  /** What the length of a bar means, with its unit. */
  readonly axis: string;
  readonly bars: readonly Bar[];
}

export interface Bar {
  readonly group: string;
  readonly label: string;
  readonly value: number;
}

/** What a number is meant to be. */
export interface Goal {
  readonly what: string;
  readonly found: number;
  readonly atMost?: number;
  readonly atLeast?: number;
  /** @default '', as for a ratio */
  readonly unit?: string;
  /** Why it is missed, where it is. */
  readonly why: string;
}

export function isMet({ found, atMost = Infinity, atLeast = -Infinity }: Goal): boolean {
  return found <= atMost && found >= atLeast;
}

/** "1.04, at most 1.10" */
export function describeGoal({ found, atMost, atLeast, unit = '' }: Goal): string {
  const limit = atMost === undefined ? `at least ${atLeast ?? NaN}` : `at most ${showNumber(atMost)}`;
  return `${showNumber(found)}${unit}, goal: ${limit}${unit}`;
}

/** Three digits that count, with commas between thousands. */
export function showNumber(value: number): string {
  return Math.abs(value) >= 100
    ? Math.round(value).toLocaleString('en')
    : String(Number(value.toPrecision(3)));
}
