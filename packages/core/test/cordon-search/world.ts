import { type CordonHistory, NEVER_UP } from '../../src/cordon/cordon-rules.ts';
import { leaseOf } from '../../src/gate/gate-cordon.ts';
import type { LeaseObservation, PollObservation } from '../../src/gate/observation.ts';
import type { Question } from '../../src/gate/next-question.ts';
import type { GateState } from '../../src/gate/state.ts';
import type { Scenario } from './scenario.ts';

/**
 * All that is at one moment. Times are in milliseconds, and the present is 0: so that worlds are the same that differ
 * only in how long they have been there. Only what a gate knows counts from when it began.
 */
export interface World extends Site {
  readonly deploys: readonly Deploy[];
  /** Raises that their gates have given up, and that may still arrive. */
  readonly lateRaises: readonly Raise[];
  /** How much of the scenario's trouble there has been. */
  readonly troubles: Troubles;
}

/** A server, and the runs on it. */
export interface Site {
  readonly server: Server;
  readonly runs: Runs;
}

export interface Server {
  readonly cordon: CordonHistory;
  /** How many leases have begun: each has an id of its own, as random ones have. */
  readonly leasesBegun: number;
  /** When the last lease ends, if each lasts for as long as was asked. */
  readonly askedUntil: number;
}

/** Runs are alike, so they are counted. */
export interface Runs {
  readonly unstarted: number;
  /** On a faulty server: they found the cordon down, and are not yet registered. */
  readonly admitted: number;
  /** Those in flight, by when they end at the latest. */
  readonly running: readonly number[];
}

/** What a gate sends to raise or renew. */
export interface Raise {
  readonly holder: string;
  readonly leaseMs: number;
  readonly renews: string | undefined;
}

export interface Troubles {
  readonly crashes: number;
  readonly operatorLifts: number;
  readonly losses: number;
  readonly lateRaises: number;
  readonly delays: number;
}

/** A deploy job, with its gate. */
export type Deploy = (Ahead | Asking | Pausing | Ended | Rolled) & {
  /** An operator lifted a lease of which the gate had heard. */
  readonly wasLifted?: true;
};

export interface Ahead {
  readonly phase: 'ahead';
}

/** The gate has asked; the answer, if there is one, is on its way back. */
export interface Asking {
  readonly phase: 'asking';
  readonly startedAt: number;
  readonly question: Question;
  readonly overAt: number;
  readonly answer?: PollObservation | LeaseObservation;
}

export interface Pausing {
  readonly phase: 'pausing';
  readonly startedAt: number;
  readonly state: GateState;
  readonly wakesAt: number;
}

/** The gate has let the deploy go. */
export interface Ended {
  readonly phase: 'ended';
  readonly outcome: Outcome;
  /** Until when the gate said that its lease lasts. */
  readonly cordonedUntil: number;
}

export interface Rolled {
  readonly phase: 'rolled';
}

export type Outcome = 'quiet under a lease' | 'quiet' | 'timed-out' | 'failed-open';

/** Before anything has happened. */
export function initialWorld({ deploys }: Scenario): World {
  return {
    server: { cordon: NEVER_UP, leasesBegun: 0, askedUntil: 0 },
    runs: { unstarted: 2, admitted: 0, running: [] },
    deploys: Array.from({ length: deploys }, () => ({ phase: 'ahead' })),
    lateRaises: [],
    troubles: { crashes: 0, operatorLifts: 0, losses: 0, lateRaises: 0, delays: 0 },
  };
}

/** What a gate knows while it goes on. */
export function gateState(deploy: Deploy): GateState | undefined {
  if (deploy.phase === 'pausing') return deploy.state;
  return deploy.phase === 'asking' ? deploy.question.state : undefined;
}

/** Until when a holder believes in its lease; 0 when it does not. */
export function believedUntil(deploy: Deploy): number {
  if (deploy.phase === 'ended') return deploy.cordonedUntil;
  const cordon = gateState(deploy)?.cordon;
  const lease = cordon && leaseOf(cordon);
  if (lease === undefined || !('startedAt' in deploy)) return 0;
  return Math.max(0, deploy.startedAt + lease.sentAtMs + lease.leaseMs);
}

/** Whether the server has granted the renewal that turns the light green. */
export function hasProof(deploy: Deploy): boolean {
  if (deploy.phase === 'ended') return deploy.outcome === 'quiet under a lease';
  if (deploy.phase !== 'asking' || deploy.question.type !== 'lease') return false;
  const { answer, question } = deploy;
  return question.state.pending.purpose === 'proof' && answer?.type === 'granted';
}

export function holderOf(index: number): string {
  return index === 0 ? 'A' : 'B';
}

export function withDeploy(world: World, index: number, deploy: Deploy): World {
  return { ...world, deploys: world.deploys.with(index, deploy) };
}

export function troubled(world: World, trouble: keyof Troubles): World {
  const { troubles } = world;
  return { ...world, troubles: { ...troubles, [trouble]: troubles[trouble] + 1 } };
}
