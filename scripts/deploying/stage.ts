import {
  CORDON_PATH,
  createCordon,
  type MemoryCordon,
  RunRefused,
  waitForQuiet,
  whenQuiet,
} from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
import { deployCordon, inFlightCount } from '@quietgate/http-adapters/fetch';

interface Run {
  readonly id: string;
  readonly status: 'provisioning' | 'ready';
  /** The name of the server whose process works on it. */
  readonly worker: string;
}

/** What outlasts a process, where servers share it. */
export interface Store {
  readonly runs: Map<string, Run>;
  readonly cordon: MemoryCordon;
}

const TOKEN = 'the-token-of-the-cordon';
const HOLDER = 'deploy-7';

const MINUTE_MS = 60_000;

/** Plays a deploy with the product's own gate and endpoints, in virtual time, and draws what happens. */
export function createStage() {
  const clock = createVirtualClock();
  const lines: string[] = [];
  const draw = (line: string) => lines.push(`  ${line}\n`);
  const note = (who: string, text: string) => draw(`Note over ${who}: ${text}`);
  const createStore = (): Store => ({
    runs: new Map(),
    cordon: createCordon({ clock }),
  });

  /** A server, whose runs and cordon are its process's own unless they are in a store, and which may be about to end. */
  function createServer(name: string, shared?: Store, isEnding = () => false) {
    let store = shared ?? createStore();

    const answer = (request: Request): Promise<Response> => {
      const { runs, cordon } = store;
      return request.url.includes(CORDON_PATH)
        ? deployCordon({ cordon, authorize: TOKEN, onEvent: () => undefined })(request)
        : inFlightCount({ listDeployments: () => runs.values() })(request);
    };

    const isAdmitted = (id: string): boolean => {
      if (isEnding()) return false;
      const { runs, cordon } = store;
      try {
        cordon.admit(() => runs.set(id, { id, status: 'provisioning', worker: name }));
        return true;
      } catch (error) {
        if (error instanceof RunRefused) return false;
        throw error;
      }
    };

    return {
      name,
      answer,
      /** A user asks for a run. */
      start(id: string): void {
        draw(`User->>${name}: start ${id}`);
        draw(`${name}-->>User: ${isAdmitted(id) ? '202' : '503, try again later'}`);
      },
      end(id: string): void {
        store.runs.set(id, { id, status: 'ready', worker: name });
        note(name, `${id} ends`);
      },
      /** What the process would take with it now. */
      working: () => [...store.runs.values()].filter((run) => run.worker === name && run.status !== 'ready'),
      /** The process ends, and another takes its place. */
      restart(by: string): void {
        draw(`${by}->>${name}: restart`);
        const killed = this.working().map(({ id }) => id);
        note(name, killed.length === 0 ? 'no run is lost' : `${killed.join(', ')} is killed`);
        if (shared === undefined) store = createStore();
      },
    };
  }
  type Server = ReturnType<typeof createServer>;

  let drawn: Promise<unknown> = Promise.resolve();

  /** Asks the servers in turn, as a load balancer in front of them would have it. One exchange is drawn after the other. */
  function requestsTo(servers: readonly Server[]) {
    let turn = 0;
    return (input: string, init: RequestInit): Promise<Response> => {
      const server = servers[turn++ % servers.length];
      if (server === undefined) throw new Error('no server');
      const exchanged = drawn.then(() => exchange(server, new Request(input, init)));
      drawn = exchanged.catch(() => undefined);
      return exchanged;
    };
  }

  async function exchange(server: Server, request: Request): Promise<Response> {
    draw(`Job->>${server.name}: ${describeQuestion(request)}`);
    const response = await clock.hold(server.answer(request)); // no time passes meanwhile
    draw(`${server.name}-->>Job: ${describeAnswer(request, await clock.hold(response.clone().json()))}`);
    return response;
  }

  return {
    clock,
    createServer,
    createStore,
    note,
    draw,
    lines,
    /** Lets something happen at a time, in milliseconds from now. */
    after: (ms: number, happen: () => void): Promise<void> => clock.sleep(ms).then(happen),
    /** The deploy job waits for its green light, without a cordon. */
    gate: async (server: Server): Promise<void> => {
      const { outcome } = await waitForQuiet({ ...asking([server]), longPoll: false });
      note('Job', outcome === 'quiet' ? 'green light' : outcome);
    },
    /** The deploy job waits for its green light and rolls under the cordons: one gate for each group of servers behind one address. */
    hold: (groups: readonly (readonly Server[])[], roll: () => void | Promise<void>): Promise<void> =>
      whenQuiet(
        groups.map((servers, index) => ({
          ...asking(servers, index),
          longPoll: false,
          intervalMs: 2 * MINUTE_MS, // few renewals: they are drawn, too
          cordon: { token: TOKEN, holder: HOLDER, leaseMs: 10 * MINUTE_MS },
        })),
        async ({ results }) => {
          note('Job', results.every(({ outcome }) => outcome === 'quiet') ? 'green light' : 'no green light');
          await roll();
        },
      ),
  };

  function asking(servers: readonly Server[], index = 0) {
    return { url: `http://api-${index}`, fetch: requestsTo(servers), clock };
  }
}

export type Stage = ReturnType<typeof createStage>;

function describeQuestion({ method, url }: Request): string {
  const seconds = new URL(url).searchParams.get('seconds');
  if (method === 'DELETE') return 'release the lease';
  if (seconds === null) return 'how many in flight?';
  return `${url.includes('lease=') ? 'renew the lease' : 'raise the cordon'}, ${Number(seconds) / 60} min`;
}

function describeAnswer({ method }: Request, body: unknown): string {
  if (method === 'GET') return String((body as { count: number }).count);
  return method === 'PUT' ? 'granted' : 'done';
}
