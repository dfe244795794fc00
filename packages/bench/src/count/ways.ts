import { countInFlight, type Deployment } from '@quietgate/core';
import { do_not_optimize } from 'mitata';

// The ways to count, in a process of their own: `ways.ts <source> <records>` sends the microseconds that each takes.
const [source, records] = process.argv.slice(2) as [Source, string];

/** Where statuses come from: the same few strings, as of an enum, or each a text of its own, as a driver reads it. */
export type Source = 'shared' | 'parsed';

/** The ways to count, and what each takes at best, in microseconds. */
export type CountTimes = Readonly<Record<Way, number>>;

type Way = 'countInFlight' | 'loop by hand' | 'filter, map, sort' | 'bare scan';

/** For how long all of them are timed. */
const SECONDS = 1.5;

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

const OVER = ['ready', 'ready', 'ready', 'failed', 'wiped', 'phase1-watching', 'adopted', 'wiping'];

/** As a store lists them: most are over, some adopted, one in a hundred in flight. */
function recordsOf(length: number, statusOf: (status: string) => string): Deployment[] {
  return Array.from({ length }, (_, n) => {
    const id = ((n * 0x9e3779b1) >>> 0).toString(16).padStart(16, '0');
    const status = statusOf(n % 100 === 0 ? 'tofu-applying' : (OVER[n % OVER.length] ?? ''));
    return n % 3 === 0 ? { id, status, adoptedAt: '2026-05-16T08:00:00Z' } : { id, status };
  });
}

const STATUS_OF: Readonly<Record<Source, (status: string) => string>> = {
  shared: (status) => status,
  parsed: (status) => Buffer.from(status).toString(),
};

const deployments = recordsOf(Number(records), STATUS_OF[source]);

/** So many calls of a way are timed at once: about a millisecond of them, or one. */
const CALLS = Math.ceil(100_000 / deployments.length);

function callUs(way: (deployments: readonly Deployment[]) => unknown): number {
  const startedAt = performance.now();
  for (let call = 0; call < CALLS; call++) do_not_optimize(way(deployments));
  return ((performance.now() - startedAt) * 1000) / CALLS;
}

const WAYS = {
  countInFlight,
  'loop by hand': loop,
  'filter, map, sort': chain,
  'bare scan': scan,
};
const best: Record<Way, number> = {
  countInFlight: Infinity,
  'loop by hand': Infinity,
  'filter, map, sort': Infinity,
  'bare scan': Infinity,
};
// They take turns in short rounds, so that what disturbs one of them for a while disturbs all.
for (const endsAt = performance.now() + SECONDS * 1000; performance.now() < endsAt;) {
  for (const way of Object.keys(WAYS) as Way[]) best[way] = Math.min(best[way], callUs(WAYS[way]));
}
process.send?.(best satisfies CountTimes);
