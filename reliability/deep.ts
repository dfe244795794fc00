/*
 * Every property of the workspace from a new seed, with many more runs than `pnpm test` gives it.
 *
 *   pnpm test:deep                  50 times as many
 *   pnpm test:deep 500              500 times as many
 *   pnpm test:deep 50 123456        50 times as many, from the seed 123456
 */
import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startVitest } from 'vitest/node';
import { countArgument } from './arguments.ts';

const USAGE = 'pnpm test:deep [how many times the usual runs, 50] [seed, a random integer]';
const factor = countArgument(USAGE, 50);
const seed = countArgument(USAGE, randomInt(2 ** 31), 0, 1);

console.log(`Every property with ${factor} times the usual runs. Again: pnpm test:deep ${factor} ${seed}`);
process.env['PROPERTY_RUNS_FACTOR'] = String(factor);
process.env['PROPERTY_SEED'] = String(seed);
const packages = fileURLToPath(new URL('../packages', import.meta.url));
const withProperties = readdirSync(packages, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'))
  .filter((file) => readFileSync(join(packages, file), 'utf8').includes('.prop('))
  .map((file) => join(packages, file));
const vitest = await startVitest('test', withProperties, {
  run: true,
  testNamePattern: /\(property\)$/, // as packages/testkit/src/property.ts names them
  hideSkippedTests: true,
});
const held = vitest.state
  .getTestModules()
  .flatMap((module) => [...module.children.allTests('passed')]).length;
if (held === 0) process.exitCode = 1;
console.log(
  process.exitCode === undefined ? `${held} held, from seed ${seed}.` : `Broken, from seed ${seed}.`,
);
