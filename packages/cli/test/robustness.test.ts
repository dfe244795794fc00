import { describe, expect, it } from 'vitest';
import { DEFECTS, HELD } from '@quietgate/testkit/defects';
import { endpoint, inFlight, silence, text } from '@quietgate/testkit/endpoint';
import { heldClock } from '@quietgate/testkit/held-clock';
import { type Env, preload } from '@quietgate/testkit/processes';
import { runCli, startCli } from './support/run-cli.ts';

it('keeps the gate when the reader of its output has gone', async () => {
  const { url, requests } = await endpoint(inFlight(2), inFlight(1), inFlight(0));
  const { child, ended } = startCli([url, '--interval', '20ms', '--fail-on', 'timed-out,failed-open']);
  child.stdout.destroy();
  child.stderr.destroy();
  expect((await ended).status).toBe(0);
  expect(requests).toHaveLength(3);
});

it('writes a result of a megabyte whole, into a pipe that is read late', async () => {
  const ids = Array.from({ length: 1000 }, (_, index) => `${index}-${'é'.repeat(400)}`);
  const { url } = await endpoint(inFlight(1000, ids), text(404));
  const { stdout } = await runCli([url, '--json', '--silent', '--interval', '20ms', '--retries', '0']);
  expect(JSON.parse(stdout)).toMatchObject({ lastSeen: { count: 1000, ids } });
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

it.each(DEFECTS)('warns on GitHub Actions when it fails itself %s', async (_, env) => {
  const { url } = await endpoint(silence);
  const { status, stdout, stderr } = await runCli([url], { ...env, GITHUB_ACTIONS: 'true' });
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(
    /^::group::[^]*\n::endgroup::\n::warning [^\n]* no clock \(waited 0s, 1 attempt\); the deploy goes ahead\n$/,
  );
});

it.each(DEFECTS)('stops the deploy, if --fail-on says so, when it fails itself %s', async (_, env) => {
  const { url } = await endpoint(silence);
  const { status, stdout } = await runCli([url, '--json', '--fail-on', 'failed-open'], env);
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    outcome: 'failed-open',
    reason: 'internal',
    message: expect.stringContaining('no clock') as string,
  });
});

describe.each(OUTER)('before the gate, %s,', (_, why, env) => {
  const failed = `failed-open (internal): quietgate itself failed, please report it: ${why}; `;
  const atNobody = ['https://console.invalid', '--cordon'];
  const withToken = { ...env, CORDON_TOKEN: 'a-token-of-the-server' };

  it('lets the deploy go, loudly', async () => {
    expect(await runCli(atNobody, withToken)).toEqual({
      status: 0,
      stdout: '',
      stderr: `${failed}the deploy goes ahead\n`,
    });
    const { stderr } = await runCli(atNobody, { ...withToken, GITHUB_ACTIONS: 'true' });
    expect(stderr).toBe(`::warning title=quietgate::${failed}the deploy goes ahead\n`);
  });

  it('runs the command, whose status counts', async () => {
    const { status, stdout } = await runCli([...atNobody, '--', 'sh', '-c', 'echo ran; exit 7'], withToken);
    expect([status, stdout]).toEqual([7, 'ran\n']);
  });

  it.each([['--fail-on', 'timed-out,failed-open'], ['--fail-on=uncordoned']])(
    'stops the deploy where fail-on says so: %j',
    async (...failOn) => {
      const args = [...atNobody, ...failOn, '--json', '--', 'echo', 'ran'];
      const { status, stdout, stderr } = await runCli(args, withToken);
      expect([status, stderr]).toEqual([1, `${failed}fail-on stops the deploy\n`]);
      expect(JSON.parse(stdout)).toMatchObject({ outcome: 'failed-open', reason: 'internal' });
    },
  );
});

it.each([
  [['uncordon', 'https://console.invalid', '--all'], 1],
  [['--json', 'status', 'https://console.invalid'], 3],
  [['until', 'https://console.invalid', 'text'], 1],
  [['check', 'https://console.invalid', '--with-cordon'], 3],
])('%j cannot tell when quietgate itself fails: %i', async (args, expected) => {
  const [[, why, env] = ['', '', {}]] = OUTER;
  expect(await runCli(args, { ...env, CORDON_TOKEN: 'a-token-of-the-server' })).toEqual({
    status: expected,
    stdout: '',
    stderr: `quietgate itself failed, please report it: ${why}\n`,
  });
});

it('says something at least once a minute', async () => {
  const { url } = await endpoint(inFlight(1));
  const clock = await heldClock();
  const { saw } = startCli([url, '--interval', '1h', '--max-wait', '2h'], clock.env);
  await saw('1 in flight: run-1 (waited 0s of 2h); next check in 1h\n');
  for (const minutes of [1, 2, 3]) {
    await clock.advance(60_000);
    await saw(`Z 1 in flight: run-1 (waited ${minutes}m of 2h)\n`);
  }
});
