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
import { countArgument } from '../arguments.ts';
import { type Finding, report } from '../report.ts';
import { addToCorpus, readCorpus } from './corpus.ts';
import { watchCoverage } from './coverage.ts';
import { fuzz } from './fuzz.ts';
import { randomFrom } from './mutate.ts';
import { type FuzzTarget, TARGETS } from './targets.ts';

const USAGE = 'pnpm fuzz [seconds, 20] [seed, a random integer] [--keep]';
const seconds = countArgument(USAGE, 20);
const seed = countArgument(USAGE, randomInt(1, 2 ** 31), 1, 1);
const keeps = process.argv[4] === '--keep';
const findings: Finding[] = [];
for (const target of TARGETS) findings.push(await fuzzFor(seconds, target));
report(`Fuzzing: ${seconds} s for each target, seed ${seed}`, findings);

async function fuzzFor(limitSeconds: number, target: FuzzTarget): Promise<Finding> {
  const until = performance.now() + limitSeconds * 1000;
  const { runs, covered, found, broken } = await fuzz(target, {
    coverage: await watchCoverage(target.path),
    corpus: readCorpus(target.corpus).map(([, bytes]) => bytes),
    random: randomFrom(seed),
    goOn: () => performance.now() < until,
  });
  if (keeps) for (const bytes of found) addToCorpus(target.corpus, 'found', bytes);
  const what = target.name;
  if (broken !== undefined) {
    const file = addToCorpus(target.corpus, 'broken', broken.bytes);
    return { what, found: 'broken', promised: `${String(broken.error)}\n${file}`, holds: false };
  }
  const said = `${runs.toLocaleString('en')} inputs, ${covered.toLocaleString('en')} characters of code, ${found.length} new to the corpus`;
  return { what, found: said, promised: 'some, and none breaks it', holds: runs > 1000 && covered > 0 };
}
