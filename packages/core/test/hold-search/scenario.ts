import type { CordonLimits } from '../../src/cordon/cordon-rules.ts';
import type { GateLimits } from '../../src/gate/limits.ts';

/** The unit of the model's time, in milliseconds: leases are granted in whole seconds. */
export const TICK_MS = 1000;

/** What may happen in a world with a hold of one gate for each server, and a roll of any length. */
export interface Scenario {
  readonly servers: 1 | 2;
  /** Whether leases outlast a restart of the server, as in a shared store. */
  readonly outlastsRestart: boolean;
  /** How often the roll restarts each server. */
  readonly restarts: number;
  /** How often the server crashes; of two, which are alike, the first one. */
  readonly crashes: number;
  /** Whether what ends leases (a crash, an operator) does so only until a gate has its last proof. */
  readonly sparesProof: boolean;
  /** How often an operator may release every lease of a server. */
  readonly operatorLifts: number;
  /** How many requests or responses may be lost at once, as by a reset. */
  readonly losses: number;
  /** For how many ticks in all a request is pending. */
  readonly delays: number;
  /** How many runs may start on each server. */
  readonly runs: number;
  /** The longest that a run takes, in milliseconds; `Infinity` for any time. */
  readonly longestRunMs: number;
  readonly leaseMs: number;
  readonly limits: GateLimits;
  readonly cordonLimits: CordonLimits;
}

/** One server, whose leases are in its memory; the roll restarts it once. */
export const ONE_SERVER: Scenario = {
  servers: 1,
  outlastsRestart: false,
  restarts: 1,
  crashes: 1,
  sparesProof: true,
  operatorLifts: 0,
  losses: 1,
  delays: 1,
  runs: 1,
  longestRunMs: Infinity,
  leaseMs: 6 * TICK_MS,
  limits: {
    intervalMs: 2 * TICK_MS,
    maxWaitMs: 4 * TICK_MS,
    requestTimeoutMs: 2 * TICK_MS,
    quietForMs: 0,
    retries: 1,
    onUnavailable: 'proceed',
    longPoll: false,
  },
  cordonLimits: { maxUpMs: 1000 * TICK_MS, restMs: TICK_MS },
};

/** Two servers, each with a cordon of its own, on a network that is always prompt. */
export const TWO_SERVERS: Scenario = {
  ...ONE_SERVER,
  servers: 2,
  losses: 0,
  delays: 0,
  leaseMs: 4 * TICK_MS,
  limits: { ...ONE_SERVER.limits, maxWaitMs: 2 * TICK_MS, requestTimeoutMs: TICK_MS, retries: 0 },
};
