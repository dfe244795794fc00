/*
 * Coverage-guided fuzzing of everything that takes untrusted bytes:
 *
 *   pnpm fuzz                       20 seconds for each target
 *   pnpm fuzz 600                   10 minutes for each
 *   pnpm fuzz 600 123456            from the seed 123456
 *   pnpm fuzz 600 123456 --keep     keeps the inputs that ran new code in the corpus
 *
 * An input that breaks a target is kept in its corpus, which the tests run through.
 */
import { randomInt } from 'node:crypto';
import { type Finding, report } from '../report.ts';
import { addToCorpus, readCorpus } from './corpus.ts';
import { watchCoverage } from './coverage.ts';
import { mutate, randomFrom } from './mutate.ts';
import { type FuzzTarget, TARGETS } from './targets.ts';

/** Asking for coverage takes much longer than running an input, so it is asked for once in so many. */
const BATCH = 2048;

const [seconds = '20', seed = String(randomInt(1, 2 ** 31)), keep] = process.argv.slice(2);
const findings: Finding[] = [];
for (const target of TARGETS) findings.push(await fuzz(target));
report(`Fuzzing: ${seconds} s for each target, seed ${seed}`, findings);

async function fuzz(target: FuzzTarget): Promise<Finding> {
  const random = randomFrom(Number(seed));
  const coverage = await watchCoverage(target.path);
  const seenBlocks = new Set<string>();
  const corpus: Uint8Array[] = [];
  let runs = 0;

  const newBlocks = async () => (await coverage.taken()).filter((block) => !seenBlocks.has(block));
  const attempt = async (bytes: Uint8Array) => {
    runs++;
    try {
      await target.run(bytes);
    } catch (error) {
      throw new Error(`${String(error)}\n${addToCorpus(target.corpus, 'broken', bytes)}`, { cause: error });
    }
  };

  /** Runs inputs, and keeps those that run new code: found by halving, as nearly all batches have none. */
  const explore = async (inputs: readonly Uint8Array[]) => {
    for (const bytes of inputs) await attempt(bytes);
    const fresh = await newBlocks();
    const [only] = inputs;
    if (fresh.length === 0 || only === undefined) return;
    if (inputs.length === 1) {
      for (const block of fresh) seenBlocks.add(block);
      corpus.push(only);
      if (keep === '--keep') addToCorpus(target.corpus, 'found', only);
    } else {
      await explore(inputs.slice(0, inputs.length / 2));
      await explore(inputs.slice(inputs.length / 2));
    }
  };

  try {
    for (const [, bytes] of readCorpus(target.corpus)) {
      await attempt(bytes);
      corpus.push(bytes);
    }
    for (const block of await newBlocks()) seenBlocks.add(block);
    const given = corpus.length;
    const until = performance.now() + Number(seconds) * 1000;
    while (performance.now() < until) {
      await explore(Array.from({ length: BATCH }, () => mutate(corpus, target.dictionary, random)));
    }
    const found = `${runs.toLocaleString('en')} inputs, ${seenBlocks.size} blocks, ${corpus.length - given} new to the corpus`;
    return { what: target.name, found, promised: 'none breaks it', holds: true };
  } catch (error) {
    return { what: target.name, found: 'broken', promised: String(error), holds: false };
  }
}
