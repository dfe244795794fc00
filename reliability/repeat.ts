/*
 * The whole of `pnpm test`, again and again, each time in another order: a test that fails once in a while is found here.
 * It stops at the first failure; `pnpm test --sequence.shuffle --sequence.seed=7` has the order of the seventh run.
 *
 *   pnpm test:repeat                50 times
 *   pnpm test:repeat 5              5 times
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { countArgument } from './arguments.ts';

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const times = countArgument('pnpm test:repeat [times, 50]', 50);
for (let seed = 1; seed <= times; seed++) {
  console.log(`\nRun ${seed} of ${times}`);
  const order = ['--sequence.shuffle', `--sequence.seed=${seed}`];
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...order], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
