import { countInFlight, createDrain } from '@quietgate/core';
import type { Stage } from './stage.ts';

const MINUTE_MS = 60_000;

/** The topologies of docs/deploying.md, by their headings. */
export const SCENES: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  'Hold while it rolls': async ({ createServer, after, hold }) => {
    const api = createServer('API');
    api.start('t13');
    void after(10_000, () => {
      api.end('t13');
    });
    await hold([[api]], () => {
      api.start('t17');
      api.restart('Job');
    });
    api.start('t17');
  },

  GitOps: async ({ createServer, after, hold, draw }) => {
    const api = createServer('API');
    await hold([[api]], async () => {
      draw('Job->>Flux: push the new tag');
      await after(3 * MINUTE_MS, () => {
        api.start('t17');
      });
      await after(MINUTE_MS, () => {
        api.restart('Flux');
      });
      draw('Job->>API: your version?');
      draw('API-->>Job: the new one');
    });
    api.start('t17');
  },

  'Many replicas, one store': async ({ createServer, createStore, after, hold }) => {
    const store = createStore();
    const replicas = [createServer('A', store), createServer('B', store)] as const;
    const [a, b] = replicas;
    a.start('t13');
    void after(10_000, () => {
      a.end('t13');
    });
    await hold([replicas], () => {
      a.restart('Job');
      a.start('t17');
      b.restart('Job');
    });
    a.start('t17');
  },

  'Many replicas, no store': async ({ createServer, after, hold }) => {
    const [a, b] = [createServer('A'), createServer('B')];
    b.start('t13');
    void after(10_000, () => {
      b.end('t13');
    });
    await hold([[a], [b]], () => {
      a.restart('Job');
      b.start('t17');
      b.restart('Job');
    });
    b.start('t17');
  },

  'The gate alone': async ({ createServer, after, gate }) => {
    const api = createServer('API');
    api.start('t13');
    void after(10_000, () => {
      api.end('t13');
    });
    await gate(api);
    api.start('t17');
    api.restart('Job');
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
