import { countInFlight, createDrain } from '@quietgate/core';
import type { Stage } from './stage.ts';

const MINUTE_MS = 60_000;

/** The topologies of docs/deploying.md, by their headings. */
export const SCENES: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  'One replica, and the gate': async ({ createServer, after, gate }) => {
    const api = createServer('API');
    api.start('t13');
    void after(10_000, () => {
      api.end('t13');
    });
    await gate([api]);
    api.start('t17');
    api.restart('Job');
  },

  'The cordon': async ({ createServer, after, gate }) => {
    const api = createServer('API');
    api.start('t13');
    void after(10_000, () => {
      api.end('t13');
    });
    await gate([api], 10 * MINUTE_MS);
    api.start('t17');
    api.restart('Job');
    api.start('t17');
  },

  GitOps: async ({ createServer, after, gate, draw }) => {
    const api = createServer('API');
    await gate([api], 15 * MINUTE_MS);
    draw('Job->>Flux: push the new tag');
    await after(8 * MINUTE_MS, () => {
      api.start('t17');
    });
    await after(2 * MINUTE_MS, () => {
      api.restart('Flux');
    });
    api.start('t17');
  },

  'Many replicas, one store': async ({ createServer, createStore, after, gate, lift }) => {
    const store = createStore();
    const replicas = [createServer('A', store), createServer('B', store)] as const;
    const [a, b] = replicas;
    a.start('t13');
    void after(10_000, () => {
      a.end('t13');
    });
    await gate(replicas, 10 * MINUTE_MS);
    a.restart('Job');
    a.start('t17');
    b.restart('Job');
    await lift(replicas);
    a.start('t17');
  },

  'Many replicas, no store': async ({ createServer, gate }) => {
    const replicas = [createServer('A'), createServer('B')] as const;
    const [a, b] = replicas;
    b.start('t13');
    await gate(replicas);
    a.restart('Job');
    b.restart('Job');
  },

  Drain: async ({ clock, createServer, note, draw }) => {
    const api = createServer('API', undefined, () => drain.hasBegun());
    const source = () => countInFlight(api.working());
    const drain = createDrain({ source, maxWaitMs: 25 * MINUTE_MS, clock });
    api.start('t13');
    draw('Node->>API: SIGTERM');
    const ended = drain.begin();
    api.start('t17');
    api.end('t13');
    note('API', `${(await ended).outcome}, exits`);
  },
};
