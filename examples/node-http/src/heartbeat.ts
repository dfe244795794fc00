import { type DeploymentClass, exceptStale } from '@quietgate/core';
import { type DeploymentRecord, labelOf } from './deployment-record.ts';

/** How often whoever works on a run writes a heartbeat into its record, in milliseconds. */
export const HEARTBEAT_MS = 60_000;

/** After how long without one a run is treated as dead: fifteen that did not come are no accident. */
const STALE_AFTER_MS = 15 * HEARTBEAT_MS;

/** The record with a heartbeat. */
export function withHeartbeat(record: DeploymentRecord, now: Date): DeploymentRecord {
  return { ...record, heartbeatAt: now.toISOString() };
}

/**
 * Makes the `classify` of the endpoint, under which a run that has no heartbeat for too long blocks no deploy. A record that never
 * had one, as those of the seed, keeps blocking.
 *
 * @param warn told in one line of a run that is treated as dead
 */
export function exceptDead(
  now: () => Date,
  warn: (message: string) => void,
): (record: DeploymentRecord) => DeploymentClass {
  return exceptStale({
    afterMs: STALE_AFTER_MS,
    lastSignOfLife: ({ heartbeatAt }: DeploymentRecord) => heartbeatAt,
    now: () => now().getTime(),
    onStale(record) {
      const since = String(record.heartbeatAt);
      warn(
        `${labelOf(record)}: no heartbeat since ${since}, so it blocks no deploy; its process may still live`,
      );
    },
  });
}
