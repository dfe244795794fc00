import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** The programs that are compared, as they stand in a command line of a shell. */
export const node = JSON.stringify(process.execPath);
export const quietgate = join(dirname(require.resolve('quietgate/package.json')), 'dist/bin.js');
export const waitOn = join(dirname(require.resolve('wait-on/package.json')), 'bin/wait-on');

/** Asks until the count is zero, as one would by hand. */
export function curlLoop(url: string, intervalS: number): string {
  return `until [ "$(curl -sf ${url} | jq .count)" = 0 ]; do sleep ${intervalS}; done`;
}

/** Whether both are there; where they are not, the comparison is left out. */
export function hasCurl(): boolean {
  return ['curl', 'jq'].every((program) => spawnSync(program, ['--version']).status === 0);
}
