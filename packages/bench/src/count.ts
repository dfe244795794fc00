import { countInFlight, type Deployment } from '@quietgate/core';
import { bestUs } from './measure/best-us.ts';
import { inTurns } from './measure/in-turns.ts';
import { type Section, showNumber } from './report/section.ts';

const ROUNDS = 9;
const SIZES = [100, 10_000, 100_000, 1_000_000];

const PHASE_0 = new Set(['pending', 'provisioning', 'tofu-applying', 'flux-bootstrapping']);

const isInFlight = ({ status, adoptedAt }: Deployment) =>
  PHASE_0.has(status) && (adoptedAt === undefined || adoptedAt === null || adoptedAt === '');

/** The fastest that one would write: what is in flight is looked at, and the rest only as far as its status. */
function loop(deployments: readonly Deployment[]) {
  const ids: string[] = [];
  for (const deployment of deployments) if (isInFlight(deployment)) ids.push(deployment.id);
  return { count: ids.length, ids: ids.sort() };
}

function chain(deployments: readonly Deployment[]) {
  const ids = deployments
    .filter(isInFlight)
    .map(({ id }) => id)
    .sort();
  return { count: ids.length, ids };
}

/** Counts nothing, but touches each record and the first character of its status, as every way must. */
function scan(deployments: readonly Deployment[]) {
  let sum = 0;
  for (const { status } of deployments) sum += status.charCodeAt(0);
  return sum;
}

const WAYS = ['countInFlight', 'loop by hand', 'filter, map, sort', 'bare scan'];

const OVER = ['ready', 'ready', 'ready', 'failed', 'wiped', 'phase1-watching', 'adopted', 'wiping'];

/** As a store lists them: most are over, some adopted, one in a hundred in flight. */
function recordsOf(length: number, statusOf: (status: string) => string): Deployment[] {
  return Array.from({ length }, (_, n) => {
    const id = ((n * 0x9e3779b1) >>> 0).toString(16).padStart(16, '0');
    const status = statusOf(n % 100 === 0 ? 'tofu-applying' : (OVER[n % OVER.length] ?? ''));
    return n % 3 === 0 ? { id, status, adoptedAt: '2026-05-16T08:00:00Z' } : { id, status };
  });
}

const SOURCES = {
  shared: (status: string) => status,
  parsed: (status: string) => Buffer.from(status).toString(),
};

/** Counting records in memory. */
export async function count(): Promise<Section> {
  const cases = [];
  for (const [source, statusOf] of Object.entries(SOURCES)) {
    for (const size of SIZES) {
      const deployments = recordsOf(size, statusOf);
      const work = (way: (deployments: readonly Deployment[]) => unknown) => () =>
        bestUs(() => way(deployments));
      const seen = await inTurns(
        {
          countInFlight: work(countInFlight),
          'loop by hand': work(loop),
          'filter, map, sort': work(chain),
          'bare scan': work(scan),
        },
        ROUNDS,
      );
      cases.push({
        source,
        size,
        seen,
        ratio: Math.min(...seen.countInFlight) / Math.min(...seen['loop by hand']),
      });
    }
  }
  return {
    title: 'Count',
    text: `\`countInFlight\` beside the fastest loop that one would write, a chain of array methods, and a scan that only touches the
memory. Of the records one in a hundred is in flight. Their statuses are the same few strings (\`shared\`), as of an enum, or
each is a text of its own (\`parsed\`), as a driver reads it off a connection. Each number is the best of ${ROUNDS} rounds, since
what else a machine does can only take longer. Unlike the others, \`countInFlight\` checks dates and ids.`,
    tables: [
      {
        columns: ['statuses', 'records', ...WAYS.map((name) => `${name}, µs`), 'ratio to the loop'],
        rows: cases.map(({ source, size, seen, ratio }) => [
          source,
          size.toLocaleString('en'),
          ...Object.values(seen).map((us) => showNumber(Math.min(...us))),
          ratio.toFixed(2),
        ]),
      },
    ],
    charts: [
      {
        name: 'count',
        alt: 'Nanoseconds for each of 100,000 records',
        axis: 'nanoseconds for each of 100,000 records',
        bars: cases
          .filter(({ size }) => size === 100_000)
          .flatMap(({ source, seen }) =>
            Object.entries(seen).map(([label, us]) => ({
              group: source,
              label,
              value: (Math.min(...us) * 1000) / 100_000,
            })),
          ),
      },
    ],
    goals: cases.map(({ source, size, ratio }) => ({
      what: `counting ${size.toLocaleString('en')} records with ${source} statuses, as a multiple of the loop`,
      found: ratio,
      atMost: 1.1,
      why: 'it looks at the id of each record, so that what is no record is an error and not a zero, and reads dates; the loop does neither.',
    })),
  };
}
