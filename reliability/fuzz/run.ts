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

/** Asking for coverage takes longer than running an input, so it is asked for once in so many. */
const BATCH = 512;

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

  const runsNewCode = async () => {
    const sizeBefore = seenBlocks.size;
    for (const block of await coverage.taken()) seenBlocks.add(block);
    return seenBlocks.size > sizeBefore;
  };
  const attempt = async (bytes: Uint8Array) => {
    runs++;
    try {
      await target.run(bytes);
    } catch (error) {
      throw new Error(`${String(error)}\n${addToCorpus(target.corpus, 'broken', bytes)}`, { cause: error });
    }
  };

  try {
    for (const [, bytes] of readCorpus(target.corpus)) {
      await attempt(bytes);
      corpus.push(bytes);
    }
    await runsNewCode();
    const given = corpus.length;
    const until = performance.now() + Number(seconds) * 1000;
    while (performance.now() < until) {
      const batch = Array.from({ length: BATCH }, () => mutate(corpus, target.dictionary, random));
      for (const bytes of batch) await attempt(bytes);
      const blocks = new Set(seenBlocks);
      if (!(await runsNewCode())) continue;
      // Which of them was it? Forget what the batch showed, and look at each by itself.
      seenBlocks.clear();
      for (const block of blocks) seenBlocks.add(block);
      for (const bytes of batch) {
        await attempt(bytes);
        if (!(await runsNewCode())) continue;
        corpus.push(bytes);
        if (keep === '--keep') addToCorpus(target.corpus, 'found', bytes);
      }
    }
    const found = `${runs.toLocaleString('en')} inputs, ${seenBlocks.size} blocks, ${corpus.length - given} new to the corpus`;
    return { what: target.name, found, promised: 'none breaks it', holds: true };
  } catch (error) {
    return { what: target.name, found: 'broken', promised: String(error), holds: false };
  }
}
