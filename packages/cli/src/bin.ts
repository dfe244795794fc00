#!/usr/bin/env node
/*
 * The first file, which any Node since 14 can read: it says which Node is needed, before one that is too old fails in its
 * own words. What goes wrong in the program itself ends here.
 */
import { failOpen } from './fail-open.ts';
import { describeOldNode } from './old-node.ts';

const oldNode = describeOldNode(process.versions.node);
if (oldNode === undefined) {
  // Not in this bundle: its syntax is newer.
  import('./main.js').then(({ main }) => main(process)).catch((error: unknown) => failOpen(error, process));
} else {
  process.stderr.write(`quietgate: ${oldNode}\n`);
  process.exitCode = 2;
}
