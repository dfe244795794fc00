import type { Coverage } from './coverage.ts';
import { mutate } from './mutate.ts';
import type { FuzzTarget } from './targets.ts';

/** Asking for coverage takes much longer than running an input, so it is asked for once in so many. */
const BATCH = 2048;

/** What to fuzz with. */
export interface Means {
  /** Watches the target's code. */
  readonly coverage: Coverage;
  /** The inputs to begin with. */
  readonly corpus: readonly Uint8Array[];
  /** A random integer, from 0 to just below the argument. */
  readonly random: (below: number) => number;
  /** Asked now and then, with how many inputs have run. */
  readonly goOn: (runs: number) => boolean;
}

/** What came of it. */
export interface Outcome {
  readonly runs: number;
  /** How many characters of the target's code have run. */
  readonly covered: number;
  /** The inputs that ran new code. */
  readonly found: readonly Uint8Array[];
  /** The input that broke the target, if one did, and how. */
  readonly broken?: { readonly bytes: Uint8Array; readonly error: unknown };
}

/** Runs a target with inputs made from those that ran new code, until one breaks it or `goOn` says no. */
export async function fuzz(target: FuzzTarget, { coverage, corpus, random, goOn }: Means): Promise<Outcome> {
  const seen = new Set<number>();
  const found: Uint8Array[] = [];
  let runs = 0;
  let broken: Outcome['broken'];

  const attempt = async (bytes: Uint8Array) => {
    runs++;
    try {
      await target.run(bytes);
    } catch (error) {
      broken ??= { bytes, error };
    }
  };
  const newlyRun = async () => (await coverage.taken()).filter((place) => !seen.has(place));

  /** Runs inputs, and keeps those that run new code: found by halving, as nearly all batches have none. */
  const explore = async (inputs: readonly Uint8Array[]): Promise<void> => {
    for (const bytes of inputs) await attempt(bytes);
    const fresh = await newlyRun();
    const [only] = inputs;
    if (fresh.length === 0 || only === undefined) return;
    if (inputs.length === 1) {
      for (const place of fresh) seen.add(place);
      found.push(only);
    } else {
      await explore(inputs.slice(0, inputs.length / 2));
      await explore(inputs.slice(inputs.length / 2));
    }
  };

  await coverage.taken(); // what ran before would count as known, and no input would show the way there
  for (const bytes of corpus) await attempt(bytes);
  for (const place of await newlyRun()) seen.add(place);
  while (broken === undefined && goOn(runs)) {
    const parents = [...corpus, ...found];
    await explore(Array.from({ length: BATCH }, () => mutate(parents, target.dictionary, random)));
  }
  return { runs, covered: seen.size, found, ...(broken && { broken }) };
}
