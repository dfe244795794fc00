import { explore, type Violation } from '../explore.ts';
import { holdActs } from './acts.ts';
import { INVARIANTS } from './invariants.ts';
import { movesIn } from './moves.ts';
import { PRODUCT, type Rules } from './rules.ts';
import { type Scenario, TICK_MS } from './scenario.ts';
import { initialWorld, type World } from './world.ts';

/** What a search has found. */
export interface Found {
  readonly states: number;
  /** Whether any roll began on results that are all quiet with the cordon up. */
  readonly isPromised: boolean;
  /** How far the roll had got in every world where nothing happens any more but that time passes. */
  readonly ends: ReadonlySet<World['roll']['stage']>;
  readonly violation?: Violation;
}

/** Tries everything that may happen in a scenario, in every order. */
export function search(scenario: Scenario, rules: Rules = PRODUCT): Found {
  const ends = new Set<World['roll']['stage']>();
  let isPromised = false;
  const explored = explore({
    first: initialWorld(scenario, holdActs(rules, scenario).begin),
    movesOf: movesIn(rules, scenario),
    partsOf: ({ sites, gates, hold, roll, troubles }: World) => [
      ...sites.flatMap(({ server, runs }) => [server, runs]),
      ...gates,
      hold,
      roll,
      troubles,
    ],
    tickMs: TICK_MS,
    invariants: INVARIANTS,
    visit({ roll }, isEnd) {
      if (isEnd) ends.add(roll.stage);
      if (roll.stage === 'rolling' && roll.isPromised) isPromised = true;
    },
  });
  return { ...explored, isPromised, ends };
}
