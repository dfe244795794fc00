import { inTurns } from './measure/in-turns.ts';
import { type Load, type ServerProcess, startServer } from './measure/server-process.ts';
import { medianRatio } from './measure/statistics.ts';
import { type Chart, type Goal, type Section, showRange } from './report/section.ts';
import { FRAMEWORKS, type FrameworkName } from './servers/frameworks.ts';
import { type Kind, KINDS } from './servers/stores.ts';

const SIZES = [100, 10_000, 1_000_000];
const CONNECTIONS = [1, 50, 500];
const ROUND_S = 0.5;
const ROUNDS = 5;

interface Case {
  readonly framework: FrameworkName;
  readonly size: number;
  readonly connections: number;
  readonly loads: Readonly<Record<Kind, Load>>;
}

/** The endpoint of each adapter under load. */
export async function endpoint(): Promise<Section> {
  const cases: Case[] = [];
  const goals: Goal[] = [];
  for (const framework of Object.keys(FRAMEWORKS) as FrameworkName[]) {
    for (const size of SIZES) {
      const servers = await startAll(framework, size, KINDS);
      for (const connections of CONNECTIONS) {
        cases.push({ framework, size, connections, loads: await loadAll(servers, connections) });
      }
      goals.push(await compareWithConstant(framework, size, 'index', servers));
      // Over a list only where that is as short as an index would be.
      if (size === SIZES[0]) {
        goals.push(await compareWithConstant(framework, size, 'list', servers));
        goals.push(await compareWithConstant(framework, size, 'runs', servers));
      }
      stopAll(servers);
    }
    goals.push(await compareWithNaive(framework));
  }
  return {
    title: 'Endpoint',
    text: `Each adapter over a list of all records, over \`createInFlightIndex\` and over \`createRuns\`, beside two routes by hand in the same framework: one that
returns the same answer from a constant, headers included, and a naive one that filters the records for each request. Eight of the records are in
flight. Each connection asks again once it is answered; p99 is the 99th percentile of the time to an answer. The goals compare
the best of ${ROUNDS} rounds of ${ROUND_S} s, taking turns, over 50 connections; the table has one round of each.`,
    charts: [endpointChart(cases)],
    tables: [
      {
        columns: [
          'adapter',
          'records',
          'connections',
          ...KINDS.map((kind) => `${TITLES[kind]}: per s (p99, ms)`),
          'listings per request: list, index',
        ],
        rows: cases.map(({ framework, size, connections, loads }) => [
          framework,
          size.toLocaleString('en'),
          String(connections),
          ...KINDS.map((kind) => `${perSecond(loads[kind])} (${loads[kind].p99Ms})`),
          [loads.list, loads.index].map(({ listingsPerRequest }) => listingsPerRequest.toFixed(2)).join(', '),
        ]),
      },
    ],
    goals,
  };
}

/** How many requests a second each adapter answers. */
export function endpointChart(cases: readonly Case[]): Chart {
  const shown = cases.filter(({ size, connections }) => size === 10_000 && connections === 50);
  const percentOfConstant = (kind: Kind) =>
    showRange(shown.map(({ loads }) => (100 * loads[kind].perSecond) / loads.constant.perSecond));
  return {
    name: 'endpoint',
    title: `createRuns reaches ${percentOfConstant('runs')}% of a constant route, a naive one ${percentOfConstant('naive')}%`,
    axis: 'requests per second, 10,000 records, 50 connections',
    best: 'longest',
    bars: shown.flatMap(({ framework, loads }) =>
      KINDS.map((kind) => ({
        group: framework,
        label: TITLES[kind],
        value: loads[kind].perSecond,
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

type Servers<K extends Kind> = Readonly<Record<K, ServerProcess>>;

async function startAll<K extends Kind>(
  framework: FrameworkName,
  size: number,
  kinds: readonly K[],
): Promise<Servers<K>> {
  const started: [K, ServerProcess][] = [];
  for (const kind of kinds) started.push([kind, await startServer(framework, kind, size)]);
  return Object.fromEntries(started) as Servers<K>;
}

function stopAll(servers: Servers<Kind> | Partial<Servers<Kind>>): void {
  for (const server of Object.values(servers)) server.stop();
}

async function loadAll<K extends Kind>(servers: Servers<K>, connections: number) {
  const loads: [string, Load][] = [];
  for (const [kind, server] of Object.entries<ServerProcess>(servers)) {
    loads.push([kind, await server.load(connections, ROUND_S)]);
  }
  return Object.fromEntries(loads) as Record<K, Load>;
}

async function compareWithConstant(
  framework: FrameworkName,
  size: number,
  kind: 'list' | 'index' | 'runs',
  servers: Servers<Kind>,
): Promise<Goal> {
  const rate = (server: ServerProcess) => async () => (await server.load(50, ROUND_S)).perSecond;
  const rates = await inTurns({ ours: rate(servers[kind]), constant: rate(servers.constant) }, ROUNDS);
  return {
    what: 'requests per second, as a share of the constant route',
    of: `${framework} ${TITLES[kind]}, ${size.toLocaleString('en')} records`,
    found: Math.max(...rates.ours) / Math.max(...rates.constant),
    atLeast: 0.95,
    why: 'what is left is the look at the request, the answer of its own that each request gets, and its share of a listing.',
  };
}

async function compareWithNaive(framework: FrameworkName): Promise<Goal> {
  const servers = await startAll(framework, 100_000, ['list', 'naive']);
  const rate = (server: ServerProcess) => async () => (await server.load(50, ROUND_S)).perSecond;
  const { list, naive } = await inTurns({ list: rate(servers.list), naive: rate(servers.naive) }, 3);
  stopAll(servers);
  return {
    what: 'requests per second over a list of 100,000 records, as a multiple of the naive route',
    of: framework,
    found: medianRatio(list, naive),
    atLeast: 10,
    why: 'fewer requests share one listing.',
  };
}

function perSecond(load: Load): string {
  return Math.round(load.perSecond).toLocaleString('en');
}
