import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const folder = fileURLToPath(new URL('fake-timers', import.meta.url));

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { title: string; status: string }[];
  }[];
}

describe('a test runner that has faked the timers before it imports the virtual clock', () => {
  it.for(['everywhere', 'hoisted'])('vitest, %s', async (project) => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [vitest, 'run', '--root', folder, '--project', project],
      { env: { ...process.env, NO_COLOR: '1' } },
    );
    const { testResults } = JSON.parse(stdout) as Report;
    expect(testResults.flatMap(({ assertionResults }) => assertionResults)).toMatchObject([
      { title: 'has fakes in the place of timers', status: 'passed' },
      { title: 'passes half an hour at a source', status: 'passed' },
      { title: 'passes a minute over a socket', status: 'passed' },
    ]);
  });
});
