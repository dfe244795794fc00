import { explore, type Violation } from '../explore.ts';
import { INVARIANTS, type Invariant } from './invariants.ts';
import { movesIn } from './moves.ts';
import { PRODUCT, type Rules } from './rules.ts';
import { type Scenario, TICK_MS } from './scenario.ts';
import { initialWorld, type Outcome, type World } from './world.ts';

/** What a search has found. */
export interface Found {
  /** How many worlds it has reached. */
  readonly states: number;
  /** How gates have ended. */
  readonly outcomes: ReadonlySet<Outcome>;
  /** The phases of the deploys in every world where nothing happens any more but that time passes. */
  readonly ends: ReadonlySet<string>;
  readonly violation?: Violation;
}

/** Tries everything that may happen in a scenario, in every order. */
export function search(
  scenario: Scenario,
  rules: Rules = PRODUCT,
  invariants: Readonly<Record<string, Invariant>> = INVARIANTS,
): Found {
  const outcomes = new Set<Outcome>();
  const ends = new Set<string>();
  const explored = explore({
    first: initialWorld(scenario),
    movesOf: movesIn(rules, scenario),
    partsOf: ({ server, runs, deploys, lateRaises, troubles }: World) => [
      server,
      runs,
      lateRaises,
      troubles,
      ...deploys,
    ],
    tickMs: TICK_MS,
    invariants: Object.fromEntries(
      Object.entries(invariants).map(([name, holds]) => [
        name,
        (...[before, move]: [Parameters<Invariant>[0], Parameters<Invariant>[1]]) =>
          holds(before, move, scenario),
      ]),
    ),
    visit({ deploys }, isEnd) {
      for (const deploy of deploys) if (deploy.phase === 'ended') outcomes.add(deploy.outcome);
      if (isEnd) ends.add(deploys.map(({ phase }) => phase).join());
    },
  });
  return { ...explored, outcomes, ends };
}
