// A restart kills the run and leaves its cloud resources behind.
const PHASE_0 = {
  pending: 'phase-0',
  provisioning: 'phase-0',
  'tofu-applying': 'phase-0',
  'flux-bootstrapping': 'phase-0',
} as const;

/** A status that the table names. */
export type KnownStatus =
  keyof typeof PHASE_0 | 'phase1-watching' | 'ready' | 'failed' | 'partial-failure' | 'wiped' | 'adopted';

type StatusTable = Readonly<Record<KnownStatus, 'phase-0' | 'phase-1' | 'terminal' | 'adopted'>>;

// The annotations let a bundler drop what a user of core does not import.

/** The class of each known status. A set `adoptedAt` overrules it: see `classifyDeployment`. */
export const STATUS_TABLE: StatusTable = /* @__PURE__ */ createTable();

/** The statuses that block a deploy, for a store that can filter by itself (`WHERE status IN (…)`). */
export const IN_FLIGHT_STATUSES: readonly string[] = /* @__PURE__ */ Object.freeze(
  /* @__PURE__ */ Object.keys(PHASE_0),
);

// Stryker disable next-line BlockStatement: without the table no module loads, and so no test fails
function createTable(): StatusTable {
  return Object.freeze({
    ...PHASE_0,
    // The server picks its observation up again after a restart.
    'phase1-watching': 'phase-1',
    // Nothing runs any more.
    ready: 'terminal',
    failed: 'terminal',
    'partial-failure': 'terminal',
    wiped: 'terminal',
    // The customer's business now.
    adopted: 'adopted',
  });
}
