import { NEVER_UP } from '../../src/cordon/cordon-rules.ts';
import type { Question } from '../../src/gate/next-question.ts';
import type { LeaseObservation, PollObservation } from '../../src/gate/observation.ts';
import type { GateState } from '../../src/gate/state.ts';
import { type Hold, initialHold } from '../../src/hold/hold.ts';
import type { Site } from '../cordon-search/world.ts';
import type { Scenario } from './scenario.ts';

/** All that is at one moment. Times are in milliseconds, and the present is 0; what a gate knows counts from its start. */
export interface World {
  readonly sites: readonly Site[];
  /** The gate of each site. */
  readonly gates: readonly HeldGate[];
  readonly hold: Hold;
  readonly roll: Roll;
  readonly troubles: Troubles;
}

/** A gate as `createHeldGate` keeps it. */
export interface HeldGate {
  readonly at: Asking | Pausing | Holding | Over;
  /** When it began, or since it holds in the roll, when it was last looked at: the present is this much later. */
  readonly startedAt: number;
  /** Whether it ended `quiet`; absent before it ended. */
  readonly isQuiet?: boolean;
  /** Whether it has to prove its zero as soon as no renewal is pending. */
  readonly hasOrder: boolean;
}

/** It has asked; the answer, if there is one, is on its way back. */
export interface Asking {
  readonly type: 'asking';
  readonly question: Question;
  readonly overAt: number;
  readonly answer?: PollObservation | LeaseObservation;
}

export interface Pausing {
  readonly type: 'pausing';
  readonly state: GateState;
  readonly wakesAt: number;
}

/** It has ended, and nothing is pending. */
export interface Holding {
  readonly type: 'holding';
  readonly state: GateState;
  /** By the gate's own time. */
  readonly heardAtMs: number;
}

/** The hold is over, and its lease released. */
export interface Over {
  readonly type: 'over';
}

export type Roll =
  | { readonly stage: 'ahead' }
  | {
      readonly stage: 'rolling';
      /** All results are `quiet` with the cordon up, and no `uncordoned` was reported since. */
      readonly isPromised: boolean;
      /** How often each server has been restarted by it. */
      readonly restarts: readonly number[];
    }
  | { readonly stage: 'over' };

export interface Troubles {
  readonly crashes: number;
  readonly operatorLifts: number;
  readonly losses: number;
  readonly delays: number;
}

/** Before anything has happened. */
export function initialWorld({ servers, runs }: Scenario, begin: (gate: number) => HeldGate): World {
  const all = <T>(make: (index: number) => T): readonly T[] =>
    Array.from({ length: servers }, (_, index) => make(index));
  return {
    sites: all(() => ({
      server: { cordon: NEVER_UP, leasesBegun: 0, askedUntil: 0 },
      runs: { unstarted: runs, admitted: 0, running: [] },
    })),
    gates: all(begin),
    hold: initialHold(servers),
    roll: { stage: 'ahead' },
    troubles: { crashes: 0, operatorLifts: 0, losses: 0, delays: 0 },
  };
}

export function withSite(world: World, index: number, site: Site): World {
  return { ...world, sites: world.sites.with(index, { server: site.server, runs: site.runs }) };
}

export function withGate(world: World, index: number, gate: HeldGate): World {
  return { ...world, gates: world.gates.with(index, gate) };
}

export function troubled(world: World, trouble: keyof Troubles): World {
  const { troubles } = world;
  return { ...world, troubles: { ...troubles, [trouble]: troubles[trouble] + 1 } };
}

/** The one name that each gate has at its own server. */
export const HOLDER = 'the deploy';

export function nameOf(world: World, index: number, what: 'gate' | 'server'): string {
  return world.gates.length === 1 ? `the ${what}` : `${what} ${index === 0 ? 'A' : 'B'}`;
}
