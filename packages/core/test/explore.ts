/** One thing that happens in a model, and the world after it. A move of the type `time` is a tick of its clock. */
export interface ModelMove<World> {
  readonly type: string;
  readonly text: string;
  readonly after: World;
}

/** A model whose worlds can all be reached, and looked at. */
export interface Model<World, Move extends ModelMove<World>> {
  readonly first: World;
  /** All that may happen next in a world, the same each time. */
  readonly movesOf: (world: World) => readonly Move[];
  /** What tells worlds apart. Most moves leave most parts of a world as they are, so each part is written out once. */
  readonly partsOf: (world: World) => readonly object[];
  readonly tickMs: number;
  /** What has to hold for every move in every world. */
  readonly invariants: Readonly<Record<string, (before: World, move: Move) => boolean>>;
  /** Called with each world; one where nothing happens any more but that time passes is an end. */
  readonly visit: (world: World, isEnd: boolean) => void;
}

/** The first invariant that was found to be broken. No other violation has a shorter trace. */
export interface Violation {
  readonly broken: string;
  readonly trace: readonly string[];
}

/**
 * Tries everything that may happen, in every order: breadth first, each world once, each move against every invariant.
 * Stops at the first violation.
 */
export function explore<World extends object, Move extends ModelMove<World>>(
  model: Model<World, Move>,
): { readonly states: number; readonly violation?: Violation } {
  const { first, movesOf, visit } = model;
  const invariants = Object.entries(model.invariants);
  const numbered = createNumbering(model.partsOf);
  const steps: Step[] = [{ from: -1, move: 0 }];
  const start = numbered(first);
  const seen = new Set([start.key]);

  let layer = [{ world: first, here: start, step: 0 }];
  while (layer.length > 0) {
    const next: typeof layer = [];
    for (const { world, here, step } of layer) {
      let isEnd = true;
      for (const [index, move] of movesOf(world).entries()) {
        const broken = invariants.find(([, holds]) => !holds(world, move));
        if (broken !== undefined) {
          const trace = replay(model, [...pathTo(steps, step), index]);
          return { states: seen.size, violation: { broken: broken[0], trace } };
        }
        const there = numbered(move.after, here);
        if (there.key !== here.key) isEnd = false;
        if (seen.has(there.key)) continue;
        seen.add(there.key);
        next.push({ world: move.after, here: there, step: steps.push({ from: step, move: index }) - 1 });
      }
      visit(world, isEnd);
    }
    layer = next;
  }
  return { states: seen.size };
}

/** How a world was first reached: by which move from which other. */
interface Step {
  readonly from: number;
  readonly move: number;
}

/** A world, by its parts and a number for each of them: the same numbers for worlds that are alike. */
interface Numbered {
  readonly parts: readonly object[];
  readonly numbers: readonly number[];
  readonly key: string;
}

/** Numbers the parts of a world; those that it shares with the world before it have their numbers already. */
function createNumbering<World>(
  partsOf: (world: World) => readonly object[],
): (world: World, before?: Numbered) => Numbered {
  const known = new Map<string, number>();
  const numberOf = (part: object): number => {
    const text = JSON.stringify(part);
    const number = known.get(text) ?? known.size;
    known.set(text, number);
    return number;
  };
  return (world, before) => {
    const parts = partsOf(world);
    const numbers = parts.map((part, index) => {
      const isShared = part === before?.parts[index];
      return (isShared ? before.numbers[index] : undefined) ?? numberOf(part);
    });
    return { parts, numbers, key: numbers.join() };
  };
}

function pathTo(steps: readonly Step[], last: number): readonly number[] {
  const path: number[] = [];
  for (let step = steps[last]; step !== undefined && step.from >= 0; step = steps[step.from])
    path.unshift(step.move);
  return path;
}

/** What happens on a path, and when. */
function replay<World, Move extends ModelMove<World>>(
  { first, movesOf, tickMs }: Model<World, Move>,
  path: readonly number[],
): string[] {
  const trace: string[] = [];
  let world = first;
  let now = 0;
  for (const index of path) {
    const move = movesOf(world)[index];
    if (move === undefined) throw new Error('a world has other moves than before');
    if (move.type === 'time') now += tickMs;
    else trace.push(`${now / 1000} s  ${move.text}`);
    world = move.after;
  }
  return trace;
}
