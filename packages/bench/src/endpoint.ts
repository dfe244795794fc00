import { inTurns } from './measure/in-turns.ts';
import { type Load, type ServerProcess, startServer } from './measure/server-process.ts';
import { type Chart, type Goal, type Section, showRange } from './report/section.ts';
import { FRAMEWORKS, type FrameworkName } from './servers/frameworks.ts';
import { type Kind, KINDS } from './servers/stores.ts';

const SIZES = [100, 10_000, 1_000_000];
const CONNECTIONS = 50;
const ROUND_S = 0.5;
const ROUNDS = 5;

interface Case {
  readonly framework: FrameworkName;
  readonly size: number;
  /** One load a round. */
  readonly loads: Readonly<Record<Kind, readonly Load[]>>;
}

/** The endpoint of each adapter under load. */
export async function endpoint(): Promise<Section> {
  const cases: Case[] = [];
  const goals: Goal[] = [];
  for (const framework of Object.keys(FRAMEWORKS) as FrameworkName[]) {
    for (const size of SIZES) {
      const measured = { framework, size, loads: await loadInTurns(framework, size, KINDS, ROUNDS) };
      cases.push(measured);
      // Over a list only where that is as short as an index would be.
      const kinds = size === SIZES[0] ? (['index', 'list', 'runs'] as const) : (['index'] as const);
      goals.push(...kinds.map((kind) => comparedWithConstant(measured, kind)));
    }
    goals.push(await compareWithNaive(framework));
  }
  const shares = cases.map(({ loads }) => best(loads.runs).perSecond / best(loads.constant).perSecond);
  return {
    title: 'Endpoint',
    result: `The endpoint of a \`createRuns\` answers ${showRange(shares)} times as many requests a second as a route that returns a constant.`,
    text: `Each adapter over a list of all records, over \`createInFlightIndex\` and over \`createRuns\`, beside two routes by hand in the same framework: one that
returns the same answer from a constant, headers included, and a naive one that filters the records for each request. Eight of the records are in
flight. Each of ${CONNECTIONS} connections asks again once it is answered. The table has the best of ${ROUNDS} rounds of ${ROUND_S} s, taking turns, and how much less
the slowest answered; the goals compare the best.`,
    charts: [endpointChart(cases)],
    tables: [
      {
        columns: [
          'adapter',
          'records',
          ...KINDS.map((kind) => `${TITLES[kind]}, per s`),
          'listings per request: list, index',
        ],
        rows: cases.map(({ framework, size, loads }) => [
          framework,
          size.toLocaleString('en'),
          ...KINDS.map((kind) => describeLoads(loads[kind])),
          [loads.list, loads.index].map((each) => best(each).listingsPerRequest.toFixed(2)).join(', '),
        ]),
      },
    ],
    goals,
  };
}

/** How many requests a second each adapter answers. */
function endpointChart(cases: readonly Case[]): Chart {
  const shown = cases.filter(({ size }) => size === 10_000);
  const percentOfConstant = (kind: Kind) =>
    showRange(shown.map(({ loads }) => (100 * best(loads[kind]).perSecond) / best(loads.constant).perSecond));
  return {
    name: 'endpoint',
    title: `createRuns reaches ${percentOfConstant('runs')}% of a constant route, a naive one ${percentOfConstant('naive')}%`,
    axis: `requests per second, 10,000 records, ${CONNECTIONS} connections`,
    best: 'longest',
    bars: shown.flatMap(({ framework, loads }) =>
      KINDS.map((kind) => ({
        group: framework,
        label: TITLES[kind],
        value: best(loads[kind]).perSecond,
        isOurs: kind !== 'constant' && kind !== 'naive',
      })),
    ),
  };
}

const TITLES: Readonly<Record<Kind, string>> = {
  list: 'over a list',
  index: 'over an index',
  runs: 'over createRuns',
  constant: 'constant route',
  naive: 'naive route',
};

/** Starts a server of each kind, and loads them in turns. */
async function loadInTurns<K extends Kind>(
  framework: FrameworkName,
  size: number,
  kinds: readonly K[],
  rounds: number,
): Promise<Readonly<Record<K, readonly Load[]>>> {
  const servers: [K, ServerProcess][] = [];
  for (const kind of kinds) servers.push([kind, await startServer(framework, kind, size)]);
  const ways = servers.map(([kind, server]) => [kind, () => server.load(CONNECTIONS, ROUND_S)]);
  const loads = await inTurns(Object.fromEntries(ways) as Record<K, () => Promise<Load>>, rounds);
  for (const [, server] of servers) server.stop();
  return loads;
}

function comparedWithConstant({ framework, size, loads }: Case, kind: 'list' | 'index' | 'runs'): Goal {
  return {
    what: 'requests per second, as a share of the constant route',
    of: `${framework} ${TITLES[kind]}, ${size.toLocaleString('en')} records`,
    found: best(loads[kind]).perSecond / best(loads.constant).perSecond,
    atLeast: 0.95,
    why: 'what is left is the look at the request, the answer of its own that each request gets, and its share of a listing.',
  };
}

async function compareWithNaive(framework: FrameworkName): Promise<Goal> {
  const { list, naive } = await loadInTurns(framework, 100_000, ['list', 'naive'], 3);
  return {
    what: 'requests per second over a list of 100,000 records, as a multiple of the naive route',
    of: framework,
    found: best(list).perSecond / best(naive).perSecond,
    atLeast: 10,
    why: 'fewer requests share one listing.',
  };
}

function best(loads: readonly Load[]): Load {
  return loads.reduce((one, other) => (other.perSecond > one.perSecond ? other : one));
}

/** "69,373 (−8%)" */
function describeLoads(loads: readonly Load[]): string {
  const { perSecond } = best(loads);
  const slowest = Math.min(...loads.map((load) => load.perSecond));
  return `${Math.round(perSecond).toLocaleString('en')} (−${Math.round((1 - slowest / perSecond) * 100)}%)`;
}
