import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { DEFECTS, HELD } from '@quietgate/testkit/defects';
import { endpoint, inFlight, silence, text } from '@quietgate/testkit/endpoint';
import { type Env, preload } from '@quietgate/testkit/processes';
import { startHere } from '@quietgate/testkit/run-here';
import { failOpen } from '../src/fail-open.ts';
import { runCli, startCli } from './support/run-cli.ts';
import { runMain, startHeld, startMain } from './support/run-main.ts';

it('keeps the gate when the reader of its output has gone', async () => {
  const { url, requests } = await endpoint(inFlight(2), inFlight(1), inFlight(0));
  const { child, ended } = startCli([url, '--interval', '20ms', '--fail-on', 'timed-out,failed-open']);
  child.stdout.destroy();
  child.stderr.destroy();
  expect((await ended).status).toBe(0);
  expect(requests).toHaveLength(3);
});

describe('a result of a megabyte', () => {
  const ids = Array.from({ length: 1000 }, (_, index) => `${index}-${'é'.repeat(400)}`);
  const resultFrom = async () => {
    const { url } = await endpoint(inFlight(1000, ids), text(404));
    return [url, '--json', '--silent', '--interval', '20ms', '--retries', '0'];
  };

  it('is written whole, into a pipe that is read late', async () => {
    const { stdout } = await runCli(await resultFrom());
    expect(JSON.parse(stdout)).toMatchObject({ lastSeen: { count: 1000, ids } });
  });

  it('holds nobody who sends a signal, when it is not read', async () => {
    const { child, ended } = startCli(await resultFrom());
    child.once('exit', () => child.stdout.resume());
    child.stdout.once('data', () => {
      child.stdout.pause();
      child.kill('SIGTERM');
    });
    expect((await ended).status).toBe(143);
  });
});

it('ends with the gate, whatever else would hold the process', async () => {
  const { url } = await endpoint(inFlight(0));
  expect((await runCli([url], HELD)).status).toBe(0);
});

/** Environments in which quietgate fails before it asks anybody. */
const OUTER: readonly [when: string, why: string, env: Env][] = [
  [
    'while it reads its arguments',
    'no words',
    preload("Array.prototype.slice = () => { throw new Error('no words'); }"),
  ],
  ['without crypto', 'crypto is not defined', preload('delete globalThis.crypto')],
];

it.each(DEFECTS)('lets the deploy go, loudly and once, when it fails itself %s', async (_, env: Env) => {
  const { url } = await endpoint(silence);
  const { status, stdout, stderr } = await runCli([url], env);
  expect(status).toBe(0);
  expect((stdout + stderr).split('quietgate itself failed, please report it: no clock')).toHaveLength(2);
});

describe.each(['in the gate', 'in a timer'])('when it fails itself %s', (where) => {
  const NO_CLOCK = new Error('no clock');

  const runFailing = async (args: readonly string[], env: Env = {}) => {
    const { url, asked } = await endpoint(silence);
    if (where === 'in the gate') {
      const now = vi.spyOn(performance, 'now').mockImplementation(() => {
        throw NO_CLOCK;
      });
      onTestFinished(() => {
        now.mockRestore();
      });
      return runMain([url, ...args], env);
    }
    const { fail, ended } = startMain([url, ...args], env);
    await asked(1);
    fail(NO_CLOCK);
    return ended;
  };

  it('warns on GitHub Actions', async () => {
    const { status, stdout, stderr } = await runFailing([], { GITHUB_ACTIONS: 'true' });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^::group::[^]*\n::endgroup::\n::warning [^\n]* no clock \(waited 0s, 1 attempt\); the deploy goes ahead\n$/,
    );
  });

  it('stops the deploy, if --fail-on says so', async () => {
    const { status, stdout } = await runFailing(['--json', '--fail-on', 'failed-open']);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'failed-open',
      reason: 'internal',
      message: expect.stringContaining('no clock') as string,
    });
  });
});

describe('before the gate', () => {
  const atNobody = ['https://console.invalid', '--cordon'];
  const withToken = { CORDON_TOKEN: 'a-token-of-the-server' };
  const failed = (why: string) =>
    `failed-open (internal): quietgate itself failed, please report it: ${why}; `;
  /** Runs what the program does about a failure there. */
  const runFailing = (args: readonly string[], env: Env) =>
    startHere((process) => failOpen(new Error('no words'), process), args, { env }).ended;

  it.each(OUTER)('lets the deploy go, loudly, and runs the command: %s', async (_, why, env) => {
    const args = [...atNobody, '--', 'sh', '-c', 'echo ran; exit 7'];
    expect(await runCli(args, { ...env, ...withToken })).toEqual({
      status: 7,
      stdout: 'ran\n',
      stderr: `${failed(why)}the deploy goes ahead\n`,
    });
  });

  it('runs the command as a gate that failed open does, without the token', async () => {
    const print = 'echo "$QUIETGATE_OUTCOME,$CORDON_TOKEN"';
    const { stdout } = await runCli([...atNobody, '--', 'sh', '-c', print], {
      ...OUTER[0]?.[2],
      ...withToken,
    });
    expect(stdout).toBe('failed-open,\n');
  });

  it.each([
    ['no-such-command', [], 127, 'no-such-command: command not found\n'],
    ['/', [], 126, '/: cannot be executed (EACCES)\n'],
    ['sh', ['-c', 'kill -KILL $$'], 137, ''],
  ])('exits as the command does: %s %j', async (file, args, expected, problem) => {
    const { status, stderr } = await runFailing([...atNobody, '--', file, ...args], withToken);
    expect([status, stderr]).toEqual([expected, `${failed('no words')}the deploy goes ahead\n${problem}`]);
  });

  it('passes a signal on to the command, and ends after it', async () => {
    const script = `trap 'echo caught; exit 5' TERM; echo ready; while :; do sleep 0.01; done`;
    const { kill, saw, ended } = startCli([...atNobody, '--', 'sh', '-c', script], {
      ...OUTER[0]?.[2],
      ...withToken,
    });
    await saw('ready');
    kill('SIGTERM');
    expect(await ended).toMatchObject({ status: 5, stdout: 'ready\ncaught\n' });
  });

  it('lets the deploy go where there is no command', async () => {
    expect(await runFailing(atNobody, withToken)).toEqual({
      status: 0,
      stdout: '',
      stderr: `${failed('no words')}the deploy goes ahead\n`,
    });
  });

  it('warns on GitHub Actions', async () => {
    const { stderr } = await runFailing(atNobody, { ...withToken, GITHUB_ACTIONS: 'true' });
    expect(stderr).toBe(`::warning title=quietgate::${failed('no words')}the deploy goes ahead\n`);
  });

  it.each([['--fail-on', 'timed-out,failed-open'], ['--fail-on=uncordoned']])(
    'stops the deploy where fail-on says so: %j',
    async (...failOn) => {
      const args = [...atNobody, ...failOn, '--json', '--', 'no-such-command'];
      const { status, stdout, stderr } = await runFailing(args, withToken);
      expect([status, stderr]).toEqual([1, `${failed('no words')}fail-on stops the deploy\n`]);
      expect(JSON.parse(stdout)).toMatchObject({ outcome: 'failed-open', reason: 'internal' });
    },
  );

  it.each([
    [['uncordon', 'https://console.invalid', '--all'], 1],
    [['--json', 'status', 'https://console.invalid'], 3],
    [['until', 'https://console.invalid', 'text'], 1],
    [['check', 'https://console.invalid', '--with-cordon'], 3],
  ])('%j cannot tell: %i', async (args, expected) => {
    expect(await runFailing(args, withToken)).toEqual({
      status: expected,
      stdout: '',
      stderr: 'quietgate itself failed, please report it: no words\n',
    });
  });
});

it('a process that fails before it asks cannot tell, either', async () => {
  const [[, why, env] = ['', '', {}]] = OUTER;
  expect(await runCli(['status', 'https://console.invalid'], env)).toEqual({
    status: 3,
    stdout: '',
    stderr: `quietgate itself failed, please report it: ${why}\n`,
  });
});

it('says something at least once a minute', async () => {
  const { url } = await endpoint(inFlight(1));
  const { saw, advance } = startHeld([url, '--interval', '1h', '--max-wait', '2h']);
  await saw('1 in flight: run-1 (waited 0s of 2h); next check in 1h\n');
  for (const minutes of [1, 2, 3]) {
    await advance(60_000);
    await saw(`Z 1 in flight: run-1 (waited ${minutes}m of 2h)\n`);
  }
});
