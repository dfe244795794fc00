import type { CordonLimits } from '../../src/cordon/cordon-rules.ts';
import type { GateLimits } from '../../src/gate/limits.ts';

/** The unit of the model's time, in milliseconds: leases are granted in whole seconds. */
export const TICK_MS = 1000;

/** What may happen in a world. */
export interface Scenario {
  readonly deploys: 1 | 2;
  /** Whether the second deploy begins only once the first has been rolled out. */
  readonly isSerialised: boolean;
  /** Whether the gates raise the cordon. */
  readonly hasCordon: boolean;
  /** Whether leases outlast a restart of the server, as in a shared store. */
  readonly outlastsRestart: boolean;
  /** Whether every rollout that follows a green light does so within the lease that the gate reported. */
  readonly rollsWithinLease: boolean;
  /** Whether jobs lift their lease after the rollout. */
  readonly liftsAtJobEnd: boolean;
  /** How often the server may crash. */
  readonly crashes: number;
  /** How often an operator may lift every lease. */
  readonly operatorLifts: number;
  /** Whether what ends leases (a crash, an operator) does so only until a gate has proof of its lease. */
  readonly sparesProof: boolean;
  /** How many requests or answers may be lost at once, as by a reset; any may be late, until its time is over. */
  readonly losses: number;
  /** How many raises may arrive at the server after the gate has given them up. */
  readonly lateRaises: number;
  /** For how many ticks in all a request is pending; `Infinity` for any number. */
  readonly delays: number;
  /** The longest that a run takes, in milliseconds; `Infinity` for any time. */
  readonly longestRunMs: number;
  readonly leaseMs: number;
  readonly limits: GateLimits;
  readonly cordonLimits: CordonLimits;
}

/** One deploy with a cordon in the server's memory; the server crashes, and a raise may come late. */
export const ONE_DEPLOY: Scenario = {
  deploys: 1,
  isSerialised: false,
  hasCordon: true,
  outlastsRestart: false,
  rollsWithinLease: true,
  liftsAtJobEnd: true,
  crashes: 1,
  operatorLifts: 0,
  sparesProof: true,
  losses: 0,
  lateRaises: 1,
  delays: Infinity,
  longestRunMs: Infinity,
  leaseMs: 3 * TICK_MS,
  limits: {
    intervalMs: TICK_MS,
    maxWaitMs: 4 * TICK_MS,
    requestTimeoutMs: 2 * TICK_MS,
    quietForMs: 0,
    retries: 1,
    onUnavailable: 'proceed',
    longPoll: false,
  },
  cordonLimits: { maxUpMs: 20 * TICK_MS, restMs: TICK_MS },
};

/** One deploy, and nothing that goes wrong, save that requests and answers may take their time. */
export const NO_TROUBLE: Scenario = { ...ONE_DEPLOY, crashes: 0, lateRaises: 0 };

/** Two deploys at once, on a network that is always prompt. */
export const TWO_DEPLOYS: Scenario = {
  ...NO_TROUBLE,
  deploys: 2,
  delays: 0,
  limits: { ...ONE_DEPLOY.limits, maxWaitMs: 3 * TICK_MS, requestTimeoutMs: TICK_MS, retries: 0 },
};
