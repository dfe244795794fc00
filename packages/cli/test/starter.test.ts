import { cordonedServer, TOKEN } from '@quietgate/job/test/cordoned-server';
import { inFlight } from '@quietgate/testkit/endpoint';
import { heldClock } from '@quietgate/testkit/held-clock';
import { type Env, start } from '@quietgate/testkit/processes';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BIN } from './support/run-cli.ts';

const CORDON = ['--cordon', '--holder', 'deploy-42'];

const GONE =
  /Z stopped, since the process that started quietgate is gone, without a green light\n(?:::endgroup::\n)?\S+Z lease of deploy-42 released\n$/;

/** A command that says when it has begun, and that it gets a SIGTERM, and ends with it. */
const HEEDS = `
  trap 'echo got SIGTERM; exit 15' TERM
  echo begun
  while :; do sleep 0.1; done
`;

/** A folder in which `npx quietgate` starts the command line, on a clock that the test holds. */
async function projectFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'quietgate-project-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const clock = await heldClock();
  const bin = join(folder, 'node_modules', '.bin');
  mkdirSync(bin, { recursive: true });
  const variables = Object.entries(clock.env).map(([name, value]) => `${name}='${value}'`);
  const program = join(bin, 'quietgate');
  writeFileSync(program, `#!/bin/sh\n${variables.join(' ')} exec '${process.execPath}' '${BIN}' "$@"\n`);
  chmodSync(program, 0o755);
  writeFileSync(join(folder, 'package.json'), '{}');
  const env = {
    CORDON_TOKEN: TOKEN,
    HOME: folder,
    PATH: [bin, process.env['PATH']].join(delimiter),
    npm_config_update_notifier: 'false',
  };
  return { folder, clock, env };
}

describe('the end of the process that started it', () => {
  /** A shell that starts quietgate, says its process id, and does not pass signals on. */
  const orphaned = (args: readonly string[]) =>
    start('sh', ['-c', '"$@" & echo "shell $$."; wait', 'sh', process.execPath, BIN, ...args], {
      CORDON_TOKEN: TOKEN,
    });

  it('ends a wait, with the release of its lease', async () => {
    const server = await cordonedServer({ count: [inFlight(1)] });
    const { child, saw, ended } = orphaned([server.url, ...CORDON]);
    await saw('1 in flight');
    child.kill('SIGKILL');
    expect((await ended).stderr).toMatch(GONE);
    expect(server.holders()).toEqual([]);
  });

  it('is a SIGTERM for the command', async () => {
    const server = await cordonedServer({ count: [inFlight(0)] });
    const { child, saw, ended } = orphaned([server.url, ...CORDON, '--', 'sh', '-c', HEEDS]);
    await saw('begun');
    child.kill('SIGKILL');
    expect((await ended).stdout).toContain('got SIGTERM\n');
    expect(server.holders()).toEqual([]);
  });
});

describe.skipIf(process.platform !== 'linux')('a job that is cancelled as a runner of GitHub does it', () => {
  it.each<[step: string, env?: Env]>([
    ['npx quietgate'],
    ['"./a) S 1 (shell" -c \'quietgate "$@"; exit\' sh', { GITHUB_ACTIONS: 'true' }],
  ])('leaves no lease, and nothing to kill: %s', async (step, more) => {
    const server = await cordonedServer({ count: [inFlight(1)] });
    const { folder, clock, env } = await projectFolder();
    symlinkSync('/bin/sh', join(folder, 'a) S 1 (shell'));
    const script = join(folder, 'step.sh');
    writeFileSync(script, `cd '${folder}'\n${step} "$@"\necho deployed\n`);
    const args = ['-e', script, server.url, ...CORDON];
    const { child, saw, ended } = start('bash', args, { ...env, ...more });
    await saw('1 in flight');
    // Nobody but the shell gets a signal, until a SIGKILL comes for all that is left.
    child.kill('SIGINT');
    child.kill('SIGTERM');
    await once(child, 'exit');
    await clock.advance(1000);
    // All have ended by themselves once nobody holds the streams any more.
    const { stdout, stderr } = await ended;
    expect(stdout + stderr).toMatch(GONE);
    expect(stdout).not.toContain('deployed');
    expect(server.holders()).toEqual([]);
  });

  it('leaves no lease where npx is killed, too', async () => {
    const server = await cordonedServer({ count: [inFlight(1)] });
    const { folder, clock, env } = await projectFolder();
    const script = `cd '${folder}'; npx quietgate "$@" & echo "npx $!."; wait; echo over; cat >/dev/null`;
    const { child, saw, ended } = start('sh', ['-c', script, 'sh', server.url, ...CORDON], env);
    const [, npx = ''] = await saw(/npx (\d+)\./);
    await saw('1 in flight');
    process.kill(Number(npx), 'SIGKILL');
    await saw('over');
    await clock.advance(1000);
    await saw(GONE);
    expect(server.holders()).toEqual([]);
    child.stdin.end();
    await ended;
  });
});
