import { setTimeout as sleep } from 'node:timers/promises';
import { IN_FLIGHT_STATUSES } from '@quietgate/core';
import type { Sql } from 'postgres';
import { beat, moveDeployments } from './deployments.ts';

/** Works on the runs of one process, or rather pretends to: whatever ends the process destroys them. */
export interface Provisioner {
  /** Begins to work on a run that was inserted. */
  work(id: string): void;
  /** Gives up what is in flight, and says so in the records. */
  close(): Promise<void>;
}

const STEPS = [...IN_FLIGHT_STATUSES, 'phase1-watching', 'ready'];

/** Twenty of them fit into the silence after which a run is stale. */
const HEARTBEAT_MS = 15_000;

export function createProvisioner(sql: Sql, stepMs: number, onError: (error: unknown) => void): Provisioner {
  const own = new Set<string>();
  const closing = new AbortController();
  const { signal } = closing;
  const heart = setInterval(() => {
    if (own.size > 0) beat(sql, [...own]).catch(onError);
  }, HEARTBEAT_MS);

  const walk = async (id: string) => {
    let [from = ''] = STEPS;
    for (const to of STEPS.slice(1)) {
      await sleep(stepMs, undefined, { signal });
      if ((await moveDeployments(sql, [id], [from], to)) === 0) return; // somebody has ended it
      from = to;
    }
  };

  return {
    work(id) {
      own.add(id);
      walk(id)
        .catch((error: unknown) => {
          if (!signal.aborted) onError(error);
        })
        .finally(() => own.delete(id));
    },
    async close() {
      const destroyed = [...own];
      clearInterval(heart);
      closing.abort();
      if (destroyed.length > 0) await moveDeployments(sql, destroyed, IN_FLIGHT_STATUSES, 'failed');
    },
  };
}
