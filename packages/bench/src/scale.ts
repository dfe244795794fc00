import { countInFlight, createInFlightIndex } from '@quietgate/core';
import { bestUs } from './measure/best-us.ts';
import { holdRequests } from './measure/hold-requests.ts';
import { startServer } from './measure/server-process.ts';
import { type Section, showNumber } from './report/section.ts';
import { makeDeployments } from './servers/stores.ts';

const GATES = [100, 1000, 10_000];
const HELD = 1000;
const INTERVAL_S = 20;
const RUNS = 1_000_000;

/** What many gates and many runs cost, calculated from what one of each does. */
export async function scale(): Promise<Section> {
  const server = await startServer('node', 'index', 10_000);
  const { cpuUsPerRequest: pollUs } = await server.load(50, 3);
  server.stop();
  const held = await holdRequests(HELD);
  const deployments = makeDeployments(RUNS);
  const listMs = (await bestUs(() => countInFlight(deployments))) / 1000;
  const indexBytes = bytesOfIndex(RUNS / 10) / (RUNS / 10);

  /** The share of one core, in percent, when each gate asks once in an interval. */
  const share = (gates: number, cpuUs: number) => ((gates / INTERVAL_S) * cpuUs) / 10_000;
  const fullAt = (cpuUs: number) => Math.round((INTERVAL_S * 1_000_000) / cpuUs / 1000) * 1000;
  return {
    title: 'Scale',
    text: `Calculated from what was measured in this run, with the adapter for Node: a poll over a kept connection takes
${showNumber(pollUs)} µs of the server's CPU, a long poll on a connection of its own ${showNumber(held.cpuUs)} µs from the request to its answer, and
${showNumber(held.bytes / 1024)} KiB while it is held (${HELD} at once). A gate asks once in ${INTERVAL_S} s, whether it is held or not.

- **Gates.** One core is full with about ${fullAt(pollUs).toLocaleString('en')} gates that poll, or ${fullAt(held.cpuUs).toLocaleString('en')} that are held. Long before that
  something else gives in: a proxy in front, of which every held request takes two connections (nginx has 512 for each worker
  unless \`worker_connections\` says more). An endpoint holds \`maxHeld\` requests, 100 by default, and answers the
  others at once: those gates poll as before, and nothing fails. Raise \`maxHeld\` and the proxy's connections together.
- **Runs.** To list ${RUNS.toLocaleString('en')} records in memory takes ${showNumber(listMs)} ms, which all who ask at the time share; the limit
  of 4 s is reached at about ${showNumber((RUNS / 1e6) * (4000 / listMs))} million. The memory for the records is what gives in first: list only what is in flight, by
  a query with an index in the store or by \`createInFlightIndex\`, which takes ${showNumber(indexBytes)} bytes for each run in flight and none for the rest.`,
    charts: [],
    tables: [
      {
        columns: ['gates', 'polling: % of a core', 'held: % of a core', 'held: memory, MiB'],
        rows: GATES.map((gates) => [
          gates.toLocaleString('en'),
          showNumber(share(gates, pollUs)),
          showNumber(share(gates, held.cpuUs)),
          showNumber((gates * held.bytes) / 1024 / 1024),
        ]),
      },
    ],
    goals: [],
  };
}

/** What an index keeps beside the records themselves. */
function bytesOfIndex(runs: number): number {
  const deployments = makeDeployments(runs).map((each) => ({
    ...each,
    status: 'tofu-applying',
    adoptedAt: null,
  }));
  const bytes = () => {
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  const before = bytes();
  const index = createInFlightIndex();
  for (const deployment of deployments) index.set(deployment);
  const after = bytes();
  if (index.size !== runs) throw new Error(`the index holds ${index.size} of ${runs}`);
  return after - before;
}
