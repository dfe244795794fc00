/** One part of the benchmarks: what was measured, and whether it is as good as it is meant to be. */
export interface Section {
  readonly title: string;
  /** The result in one sentence, for the opening of the page. */
  readonly result?: string;
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
  /** The result, in one sentence. */
  readonly title: string;
  /** What the length of a bar means, with its unit. */
  readonly axis: string;
  /** Milliseconds that stand beside seconds, on a log scale. @default 'linear' */
  readonly scale?: 'linear' | 'log';
  /** Which bars come first. */
  readonly best: 'shortest' | 'longest';
  readonly bars: readonly Bar[];
}

export interface Bar {
  readonly group: string;
  readonly label: string;
  /** Not a number where it could not be measured. */
  readonly value: number;
  /** Whether it is Quietgate, and not what it is compared with. */
  readonly isOurs: boolean;
}

/** What a number is meant to be. */
export interface Goal {
  readonly what: string;
  /** Which of several that are meant to be the same, in few words. */
  readonly of?: string;
  readonly found: number;
  readonly atMost?: number;
  readonly atLeast?: number;
  /** @default '', as for a ratio */
  readonly unit?: string;
  /** Why it is missed, where it is. */
  readonly why: string;
}

export function isMet(goal: Goal): boolean {
  return excess(goal) <= 1;
}

/** How many times too large or too small it is; above 1 it is missed. */
export function excess({ found, atMost, atLeast = NaN }: Goal): number {
  return atMost === undefined ? atLeast / found : found / atMost;
}

/** "CPU of 90 polls, at most 1 s" */
export function describeGoal({ what, atMost, atLeast, unit = '' }: Goal): string {
  const limit = atMost === undefined ? `at least ${atLeast ?? NaN}` : `at most ${showNumber(atMost)}`;
  return `${what}, ${limit}${unit}`;
}

/** "quietgate: 1.04 s" */
export function describeFound({ of, found, unit = '' }: Goal): string {
  return `${of === undefined ? '' : `${of}: `}${showNumber(found)}${unit}`;
}

/** "1.2", or "1.2 to 3.4" */
export function showRange(values: readonly number[]): string {
  const ends = [Math.min(...values), Math.max(...values)].map((end) =>
    showNumber(Number(end.toPrecision(2))),
  );
  return [...new Set(ends)].join(' to ');
}

/** "1.41 ms", "10.5 s" */
export function showDuration(ms: number): string {
  return ms < 1000 ? `${showNumber(ms)} ms` : `${showNumber(ms / 1000)} s`;
}

/** Three digits that count, with commas between thousands. */
export function showNumber(value: number): string {
  return Math.abs(value) >= 100
    ? Math.round(value).toLocaleString('en')
    : String(Number(value.toPrecision(3)));
}
