/*
 * The whole of `pnpm test`, again and again: a test that fails once in a while is found here. The number of a run is the
 * seed of the order in which files and tests come: `pnpm test --sequence.shuffle --sequence.seed=7` is the seventh.
 *
 *   pnpm test:repeat                50 times
 *   pnpm test:repeat 5              5 times
 *   pnpm test:repeat 10 --busy      10 times on a machine that is busy with something else: every core has work for
 *                                   two and a half more
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { countArgument } from './arguments.ts';
import { type Finding, report } from './report.ts';

/** What is read of vitest's JSON report. */
interface SuiteReport {
  readonly numTotalTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

const times = countArgument('pnpm test:repeat [times, 50] [--busy]', 50);
const busyThreads = process.argv[3] === '--busy' ? Math.ceil(2.5 * availableParallelism()) : 0;

/** Ten times what it takes: a run that hangs is a run that failed. */
const RUN_LIMIT_MS = 15 * 60_000 * (busyThreads === 0 ? 1 : 4);

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'quietgate-repeat-'));
const failures = new Map<string, number>();
const tests = new Set<string>();
const seconds: number[] = [];
let green = 0;
// Threads end with their process, even when it is killed.
const load = Array.from({ length: busyThreads }, () => new Worker('for (;;);', { eval: true }));

try {
  for (let run = 1; run <= times; run++) {
    const startedAt = performance.now();
    const failed = runSuite(run, join(folder, `${run}.json`));
    seconds.push((performance.now() - startedAt) / 1000);
    for (const name of failed) failures.set(name, (failures.get(name) ?? 0) + 1);
    if (failed.length === 0) green++;
    console.log(`run ${run} of ${times}: ${failed.length === 0 ? 'green' : failed.join('; ')}`);
  }
} finally {
  await Promise.all(load.map((thread) => thread.terminate()));
  rmSync(folder, { recursive: true });
}

const flaky: Finding[] = Array.from(failures, ([what, count]) => ({
  what,
  found: `failed ${count} times`,
  promised: 'never',
  holds: false,
}));
const beside = busyThreads === 0 ? '' : `, beside ${busyThreads} busy threads`;
const title = `The suite ${times} times in a row${beside}, ${range(seconds)} s each, with ${[...tests].join(' or ')} tests`;
report(title, [
  { what: 'green runs', found: `${green} of ${times}`, promised: 'all', holds: green === times },
  ...flaky,
]);

/** Runs the suite in an order of its own, and returns the names of what failed; tells why, as it may not happen again. */
function runSuite(seed: number, outputFile: string): string[] {
  const order = ['--sequence.shuffle', `--sequence.seed=${seed}`];
  const { status, signal, stderr } = spawnSync(
    process.execPath,
    [vitest, 'run', ...order, '--reporter=json', `--outputFile=${outputFile}`],
    { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'], timeout: RUN_LIMIT_MS },
  );
  const suite = readReport(outputFile);
  if (suite === undefined) return [`no report, ended with ${signal ?? status}: ${lastLine(stderr)}`];
  tests.add(`${suite.numTotalTests - suite.numPendingTests} of ${suite.numTotalTests}`);
  const failed = suite.testResults.flatMap(({ name, message, assertionResults }) => [
    ...assertionResults.filter((each) => each.status === 'failed').map(({ fullName }) => fullName),
    ...(assertionResults.length === 0 ? [`${name}: ${message}`] : []),
  ]);
  const reasons = suite.testResults.flatMap(({ assertionResults }) =>
    assertionResults.flatMap(({ failureMessages }) => failureMessages),
  );
  for (const reason of reasons) console.log(reason);
  // An error outside of all tests fails the run and no test.
  return status === 0 || failed.length > 0 ? failed : [`ended with ${signal ?? status}: ${lastLine(stderr)}`];
}

function readReport(file: string): SuiteReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as SuiteReport;
  } catch {
    return undefined;
  }
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}

function range(values: readonly number[]): string {
  const rounded = values.map(Math.round);
  return `${Math.min(...rounded)} to ${Math.max(...rounded)}`;
}
