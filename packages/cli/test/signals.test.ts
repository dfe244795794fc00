import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { start } from '@quietgate/testkit/processes';
import { endpoint, inFlight, type Respond, silence, text } from '@quietgate/testkit/endpoint';
import { BIN, startCli } from './support/run-cli.ts';
import { startMain } from './support/run-main.ts';

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends it at once with status %i', (signal, expected) => {
  it.each<[where: string, answer: Respond, line: string, args: string[]]>([
    ['in the pause between two polls', inFlight(1), '1 in flight', []],
    ['in a request that hangs', silence, 'asking', ['--request-timeout', '1h']],
    ['in the pause before a retry', text(503), 'attempt 1 of 6 failed', []],
    ['while it waits for an endpoint', text(404), 'waiting anyway', ['--on-unavailable', 'wait']],
  ])('%s', async (_, answer, line, args) => {
    const { url } = await endpoint(answer);
    const { kill, saw, ended } = startMain([url, '--interval', '1h', '--max-wait', '2h', ...args]);
    await saw(line);
    kill(signal);
    const { status, stdout, stderr } = await ended;
    expect(status).toBe(expected);
    expect(stdout).toBe('');
    expect(stderr).toContain(`stopped by ${signal}, without a green light`);
  });

  it('with --json and --silent, without a word', async () => {
    let asked: () => void = () => undefined;
    const underWay = new Promise<void>((resolve) => (asked = resolve));
    const { url } = await endpoint(() => {
      asked();
    });
    const { kill, ended } = startMain([url, '--json', '--silent']);
    await underWay;
    kill(signal);
    expect(await ended).toEqual({ status: expected, stdout: '', stderr: '' });
  });

  it('as a process that a system signals', async () => {
    const { url } = await endpoint(silence);
    const { kill, saw, ended } = startCli([url]);
    await saw('asking');
    kill(signal);
    const { status, stdout, stderr } = await ended;
    expect([status, stdout]).toEqual([expected, '']);
    expect(stderr).toContain(`stopped by ${signal}, without a green light`);
  });
});

it('closes the group on GitHub Actions', async () => {
  const { url } = await endpoint(inFlight(1));
  const { kill, saw, ended } = startMain([url, '--interval', '1h'], { GITHUB_ACTIONS: 'true' });
  await saw('1 in flight');
  kill('SIGTERM');
  expect((await ended).stdout).toMatch(/ stopped by SIGTERM, without a green light\n::endgroup::\n$/);
});

const mayMount = spawnSync('unshare', ['--mount', 'true']).status === 0;

it.skipIf(!mayMount)('a signal ends it at once, although a name server is silent', async () => {
  const nameServer = createSocket('udp4').bind(53, '127.0.0.53');
  const folder = mkdtempSync(join(tmpdir(), 'quietgate-'));
  onTestFinished(() => {
    nameServer.close();
    rmSync(folder, { recursive: true });
  });
  await once(nameServer, 'listening');
  const resolvConf = join(folder, 'resolv.conf');
  writeFileSync(resolvConf, 'nameserver 127.0.0.53\n');
  const script = 'mount --bind "$1" /etc/resolv.conf && exec "$2" "$3" http://console.test';
  const args = ['--mount', 'sh', '-c', script, 'sh', resolvConf, process.execPath, BIN];
  const { child, ended } = start('unshare', args);
  await once(nameServer, 'message');
  child.kill('SIGTERM');
  const { status, stderr } = await ended;
  // An exit would have waited for the lookup; a shell makes 143 of this all the same.
  expect([status, child.signalCode]).toEqual([null, 'SIGTERM']);
  expect(stderr).toContain('stopped by SIGTERM, without a green light');
});
