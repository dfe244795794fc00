import {
  createInFlightIndex,
  type Deployment,
  exceptStale,
  IN_FLIGHT_COUNT_PATH as PATH,
} from '@quietgate/core';
import { expect, vi } from 'vitest';
import { type Check, withHost } from './host.ts';
import { expectCount, expectReply } from './replies.ts';

/** What core keeps beside a store, with the endpoint over it. */
export const indexAndStale: readonly Check[] = [
  {
    name: 'counts what an index holds by a classify of its own',
    isLaw: true,
    async check(host) {
      const classify = ({ status }: Deployment) => (status === 'wiping' ? 'phase-0' : 'terminal');
      const index = createInFlightIndex({ classify });
      for (const status of ['wiping', 'pending']) index.set({ id: status, status });
      await withHost(host, { listDeployments: () => index }, async ({ ask }) => {
        expectCount(await ask(PATH), 1, ['wiping']);
      });
    },
  },
  {
    name: 'lists an index as it is, and answers a long poll the moment its last run ends',
    async check(host) {
      const index = createInFlightIndex();
      index.set({ id: 'b', status: 'provisioning' });
      index.set({ id: 'a', status: 'pending' });
      index.set({ id: 'over', status: 'ready' });
      const subscribed = vi.fn();
      const { subscribe: subscribeTo } = index;
      const subscribe = (onChange: () => void) => {
        subscribed();
        return subscribeTo(onChange);
      };
      const options = { listDeployments: () => index, subscribe, relistMs: 60_000 };
      await withHost(host, options, async ({ ask }) => {
        expectCount(await ask(PATH), 2, ['a', 'b']);
        const held = ask(PATH, { headers: { Prefer: 'wait=20' } });
        await vi.waitFor(() => {
          expect(subscribed).toHaveBeenCalledTimes(1);
        });
        index.set({ id: 'b', status: 'phase1-watching' });
        index.delete('a');
        expectReply(await held, 200, '{"count":0,"ids":[]}', { 'preference-applied': 'wait=20' });
      });
    },
  },
  {
    name: 'lets a run without a heartbeat block no longer',
    isLaw: true,
    async check(host) {
      const onStale = vi.fn();
      const onUnknown = vi.fn();
      const now = Date.parse('2026-05-17T09:00:00Z');
      const signs: Record<string, string> = { dead: '2026-05-17T08:00:00Z', alive: '2026-05-17T08:00:01Z' };
      const classify = exceptStale({
        afterMs: 3_600_000,
        confirmMs: 0,
        lastSignOfLife: ({ id }: { id: string; status: string }) => signs[id],
        now: () => now,
        onStale,
      });
      const runs = ['dead', 'alive', 'silent'].map((id) => ({ id, status: 'tofu-applying' }));
      await withHost(host, { listDeployments: () => runs, classify, onUnknown }, async ({ ask }) => {
        expectCount(await ask(PATH), 2, ['alive', 'silent']);
        expectCount(await ask(PATH), 2, ['alive', 'silent']);
      });
      expect(onStale.mock.calls).toEqual([[runs[0]]]);
      expect(onUnknown).not.toHaveBeenCalled();
    },
  },
];
