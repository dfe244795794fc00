import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const main = new URL('src/main.ts', import.meta.resolve('quietgate/package.json')).href;

/** The command line from its sources: what users start is a bundle. */
const QUIETGATE = `import { main } from '${main}';\nawait main(process);\n`;

/** What stands for the commands of a job: quietgate from here, and a `kubectl` that only says what it was asked. */
const COMMANDS = {
  quietgate: `exec '${process.execPath}' --import '${import.meta.resolve('tsx')}' "$0.mts" "$@"`,
  kubectl: 'echo kubectl "$@"',
};

/** Puts the commands into a directory, for the length of a task. */
export async function withCommands(task: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'quietgate-pipelines-'));
  try {
    for (const [name, script] of Object.entries(COMMANDS)) {
      writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    writeFileSync(join(directory, 'quietgate.mts'), QUIETGATE);
    await task(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
