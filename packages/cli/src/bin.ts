#!/usr/bin/env node
/*
 * The first file, which any Node since 14 can read: it says which Node is needed, before one that is too old fails in its
 * own words. What goes wrong in the program itself ends here.
 */
import module from 'module';
import { failOpen } from './fail-open.ts';
import type { main as run } from './main.ts';
import { describeOldNode } from './old-node.ts';

const oldNode = describeOldNode(process.versions.node);
if (oldNode === undefined) {
  start().catch((error: unknown) => failOpen(error, process));
} else {
  process.stderr.write(`quietgate: ${oldNode}\n`);
  process.exitCode = 2;
}

async function start(): Promise<void> {
  keepCompiled();
  // Not in this bundle: its syntax is newer. Nor imported: Node would look through the whole of it for names first.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- for that
  const { main } = require('./main.js') as { main: typeof run };
  await main(process);
}

/** From Node 22.1 on the next start finds the code compiled, where a directory for that can be written. */
function keepCompiled(): void {
  try {
    (module as { enableCompileCache?: () => void }).enableCompileCache?.();
  } catch {
    // It is only about time.
  }
}
