import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { CountTimes, Source } from './count/ways.ts';
import { median } from './measure/statistics.ts';
import { type Chart, type Section, showNumber, showRange } from './report/section.ts';

const PROCESSES = 3;
const SIZES = [100, 10_000, 100_000, 1_000_000];
const SOURCES: readonly Source[] = ['shared', 'parsed'];

interface Case {
  readonly source: Source;
  readonly size: number;
  readonly best: CountTimes;
  /** To the loop by hand. */
  readonly ratios: CountTimes;
}

/** Counting records in memory. */
export async function count(): Promise<Section> {
  const cases: Case[] = [];
  for (const source of SOURCES) {
    for (const size of SIZES) {
      const runs: CountTimes[] = [];
      while (runs.length < PROCESSES) runs.push(await timeWays(source, size));
      cases.push({ source, size, best: bestOf(runs), ratios: ratiosToLoop(runs) });
    }
  }
  return {
    title: 'Count',
    text: `\`countInFlight\` beside the fastest loop that one would write, a chain of array methods, and a scan that only touches the
memory. Of the records one in a hundred is in flight. Their statuses are the same few strings (\`shared\`), as of an enum, or
each is a text of its own (\`parsed\`), as a driver reads it off a connection. Each case is measured in ${PROCESSES} processes of its
own, since V8 now and then settles for slow code, for any of the ways, and stays with it. A time is the best that was seen, since
what else a machine does can only take longer, and the ratio is the median of the processes'. Unlike the others,
\`countInFlight\` checks types and dates.`,
    tables: [
      {
        columns: [
          'statuses',
          'records',
          ...Object.keys(cases[0]?.best ?? {}).map((name) => `${name}, µs`),
          'ratio to the loop',
        ],
        rows: cases.map(({ source, size, best, ratios }) => [
          source,
          size.toLocaleString('en'),
          ...Object.values(best).map(showNumber),
          ratios.countInFlight.toFixed(2),
        ]),
      },
    ],
    charts: [countChart(cases)],
    goals: cases.map(({ source, size, ratios }) => ({
      what: 'counting, as a multiple of the loop',
      of: `${size.toLocaleString('en')} ${source}`,
      found: ratios.countInFlight,
      atMost: 1.1,
      why: 'it looks at the type of each status, so that what is no record is an error and not a zero; the loop does not.',
    })),
  };
}

/** How long each way takes, as a multiple of the loop. */
function countChart(cases: readonly Case[]): Chart {
  const size = 100_000;
  const shown = cases.filter((each) => each.size === size);
  const times = showRange(shown.map(({ ratios }) => ratios.countInFlight));
  return {
    name: 'count',
    title: `countInFlight takes ${times} times as long as a loop by hand that checks nothing`,
    axis: `time for ${size.toLocaleString('en')} records, as a multiple of the loop by hand`,
    best: 'shortest',
    bars: shown.flatMap(({ source, ratios }) =>
      Object.entries(ratios).map(([label, value]) => ({
        group: `${source} statuses`,
        label,
        value,
        isOurs: label === 'countInFlight',
      })),
    ),
  };
}

/** Times each way in a fresh process, whose code has seen no other records. */
async function timeWays(source: Source, size: number): Promise<CountTimes> {
  const child = fork(new URL('./count/ways.ts', import.meta.url), [source, String(size)]);
  const died = once(child, 'exit').then(() => {
    throw new Error(`counting ${size} records with ${source} statuses ended without a result`);
  });
  const [times] = (await Promise.race([once(child, 'message'), died])) as [CountTimes];
  await died.catch(() => undefined);
  return times;
}

function bestOf(runs: readonly CountTimes[]): CountTimes {
  return ofEach((way) => Math.min(...runs.map((times) => times[way])));
}

/** The median of the processes' ratios. */
function ratiosToLoop(runs: readonly CountTimes[]): CountTimes {
  return ofEach((way) => median(runs.map((times) => times[way] / times['loop by hand'])));
}

function ofEach(timeOf: (way: keyof CountTimes) => number): CountTimes {
  return {
    countInFlight: timeOf('countInFlight'),
    'loop by hand': timeOf('loop by hand'),
    'filter, map, sort': timeOf('filter, map, sort'),
    'bare scan': timeOf('bare scan'),
  };
}
