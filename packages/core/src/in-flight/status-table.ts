/** A status that the table names. */
export type KnownStatus =
  | 'pending'
  | 'provisioning'
  | 'tofu-applying'
  | 'flux-bootstrapping'
  | 'phase1-watching'
  | 'ready'
  | 'failed'
  | 'wiped'
  | 'adopted';

/** The class of each known status. A set `adoptedAt` overrules it: see `classifyDeployment`. */
export const STATUS_TABLE: Readonly<Record<KnownStatus, 'phase-0' | 'phase-1' | 'terminal' | 'adopted'>> =
  Object.freeze({
    // A restart kills the run and leaves its cloud resources behind.
    pending: 'phase-0',
    provisioning: 'phase-0',
    'tofu-applying': 'phase-0',
    'flux-bootstrapping': 'phase-0',
    // The server picks its observation up again after a restart.
    'phase1-watching': 'phase-1',
    // Nothing runs any more.
    ready: 'terminal',
    failed: 'terminal',
    wiped: 'terminal',
    // The customer's business now.
    adopted: 'adopted',
  });

/** The statuses that block a deploy, for a store that can filter by itself (`WHERE status IN (…)`). */
export const IN_FLIGHT_STATUSES: readonly string[] = Object.freeze(
  Object.entries(STATUS_TABLE)
    .filter(([, statusClass]) => statusClass === 'phase-0')
    .map(([status]) => status),
);
