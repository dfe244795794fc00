import { INVARIANTS, type Invariant } from './invariants.ts';
import type { Move } from './move.ts';
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
  /** The first broken invariant, if any: the search stops there. */
  readonly violation?: Violation;
}

/** No other violation has a shorter trace. */
export interface Violation {
  readonly broken: string;
  readonly trace: readonly string[];
}

/**
 * Tries everything that may happen in a scenario, in every order: breadth first, each world once, each move against
 * every invariant.
 */
export function search(
  scenario: Scenario,
  rules: Rules = PRODUCT,
  invariants: Readonly<Record<string, Invariant>> = INVARIANTS,
): Found {
  const moves = movesIn(rules, scenario);
  const named = Object.entries(invariants);
  const keyOf = createKeys();
  const first = initialWorld(scenario);
  const steps: Step[] = [{ from: -1, move: 0 }];
  const seen = new Set([keyOf(first)]);
  const outcomes = new Set<Outcome>();
  const ends = new Set<string>();

  let layer = [{ world: first, step: 0 }];
  while (layer.length > 0) {
    const next: typeof layer = [];
    for (const { world, step } of layer) {
      for (const deploy of world.deploys) if (deploy.phase === 'ended') outcomes.add(deploy.outcome);
      const possible = moves(world);
      const keys = possible.map(({ after }) => keyOf(after));
      if (new Set([...keys, keyOf(world)]).size === 1)
        ends.add(world.deploys.map(({ phase }) => phase).join());
      for (const [index, move] of possible.entries()) {
        const broken = named.find(([, holds]) => !holds(world, move, scenario));
        if (broken !== undefined) {
          const path = [...pathTo(steps, step), index];
          const violation = { broken: broken[0], trace: replay(first, moves, path) };
          return { states: seen.size, outcomes, ends, violation };
        }
        const key = keys[index] ?? '';
        if (seen.has(key)) continue;
        seen.add(key);
        next.push({ world: move.after, step: steps.push({ from: step, move: index }) - 1 });
      }
    }
    layer = next;
  }
  return { states: seen.size, outcomes, ends };
}

/** How a world was first reached: by which move from which other. */
interface Step {
  readonly from: number;
  readonly move: number;
}

/** A short key for each world. Most moves leave most parts of a world as they are, so each part is written out once. */
function createKeys(): (world: World) => string {
  const numbers = new Map<string, number>();
  const known = new WeakMap<object, number>();
  const numberOf = (part: object): number => {
    const number = known.get(part);
    if (number !== undefined) return number;
    const text = JSON.stringify(part);
    const fresh = numbers.get(text) ?? numbers.size;
    numbers.set(text, fresh);
    known.set(part, fresh);
    return fresh;
  };
  return ({ server, runs, deploys, lateRaises, troubles }) =>
    [server, runs, lateRaises, troubles, ...deploys].map(numberOf).join();
}

function pathTo(steps: readonly Step[], last: number): readonly number[] {
  const path: number[] = [];
  for (let step = steps[last]; step !== undefined && step.from >= 0; step = steps[step.from])
    path.unshift(step.move);
  return path;
}

/** What happens on a path, and when. */
function replay(first: World, moves: (world: World) => readonly Move[], path: readonly number[]): string[] {
  const trace: string[] = [];
  let world = first;
  let now = 0;
  for (const index of path) {
    const move = moves(world)[index];
    if (move === undefined) throw new Error('a world has other moves than before');
    if (move.type === 'time') now += TICK_MS;
    else trace.push(`${now / 1000} s  ${move.text}`);
    world = move.after;
  }
  return trace;
}
