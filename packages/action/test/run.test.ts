import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cordonedServer, TOKEN } from '@quietgate/job/test/cordoned-server';
import { endpoint, inFlight, listen, nobody, text } from '@quietgate/testkit/endpoint';
import { preload } from '@quietgate/testkit/processes';
import { runPost, runProcess, runStep, startProcess, startStep } from './support/run-action.ts';

const CORDON = { cordon: 'true', 'cordon-token': TOKEN };

describe('run', () => {
  it('is a script that runs while the cordon is held, and knows the outcome', async () => {
    const server = await cordonedServer({ count: [inFlight(0)] });
    const run = `echo "outcome $QUIETGATE_OUTCOME"\necho "token \${INPUT_CORDON_TOKEN-none} $(env | grep -c ${TOKEN})"`;
    const { status, stdout, summary, state } = await runProcess({ ...CORDON, url: server.url, run });
    expect(status).toBe(0);
    expect(stdout).toContain('\noutcome quiet\ntoken none 0\n');
    expect(stdout).toMatch(/\nlease of \S+ released|Z lease of \S+ released\n/);
    expect(stdout).toMatch(
      /the script exited with 0: waited \S+ for quiet, ran for \S+, blocked new runs for \S+\n$/,
    );
    expect(server.holders()).toEqual([]);
    expect(summary).toContain('New runs were blocked for ');
    expect(summary).not.toContain('blocked until');
    const asked = server.asked.length;
    await runPost({ ...CORDON, url: server.url }, state);
    expect(server.asked).toHaveLength(asked);
  });

  it('waits for every server of url, a line for each, and holds the cordon of each', async () => {
    const servers = [
      await cordonedServer({ count: [inFlight(1), inFlight(0)] }),
      await cordonedServer({ count: [inFlight(0)] }),
    ];
    const url = servers.map((server) => server.url).join('\n');
    const inputs = { ...CORDON, url, interval: '20ms', run: 'test "$QUIETGATE_OUTCOME" = quiet && exit 7' };
    expect((await runStep(inputs)).status).toBe(7);
    for (const server of servers) {
      expect(server.asked).toContainEqual(expect.stringMatching(/^DELETE/));
      expect(server.holders()).toEqual([]);
    }
  });

  it('waits for its gate, and ends as it does, when the reader of the log has gone', async () => {
    const server = await cordonedServer({ count: [inFlight(1), inFlight(0)] });
    const run = 'test "$QUIETGATE_OUTCOME" = quiet && exit 7';
    const { running, ended } = startProcess({ ...CORDON, url: server.url, interval: '20ms', run });
    running.child.stdout.destroy();
    expect((await ended).status).toBe(7);
  });

  it('is gone with its step where that is killed, and post releases the lease', async () => {
    const server = await cordonedServer({ count: [inFlight(0)] });
    const inputs = { ...CORDON, url: server.url };
    const { running, ended } = startProcess({ ...inputs, run: 'echo begun; read line' });
    await running.saw('\nbegun');
    running.kill('SIGKILL');
    running.child.stdin.end();
    const { state } = await ended;
    expect(server.holders()).toHaveLength(1);
    await runPost(inputs, state);
    expect(server.holders()).toEqual([]);
  });

  it('reads no start-up file of its user, as bash does where its input is a socket', async () => {
    const home = mkdtempSync(join(tmpdir(), 'quietgate-home-'));
    onTestFinished(() => {
      rmSync(home, { recursive: true });
    });
    writeFileSync(join(home, '.bashrc'), 'echo noise');
    const { url } = await endpoint(inFlight(0));
    const { stdout } = await runProcess({ url, run: 'echo ran' }, { HOME: home });
    expect(stdout).toContain('\nran\n');
    expect(stdout).not.toContain('noise');
  });

  it.each([
    ['exit 3', 3],
    ['false | true\nexit 3', 1],
    ['kill -TERM $$', 143],
  ])('fails the step as the script %j does', async (run, expected) => {
    const { url } = await endpoint(inFlight(0));
    expect((await runStep({ url, run })).status).toBe(expected);
  });

  it.each([
    ['', 0, true],
    ['failed-open', 1, false],
  ])(
    'is run when quietgate fails before the gate, unless fail-on stops it: %j',
    async (failOn, expected, runs) => {
      const noCrypto = preload("Object.defineProperty(globalThis, 'crypto', { value: undefined });");
      const inputs = { ...CORDON, url: 'http://api.invalid', run: 'echo "ran $QUIETGATE_OUTCOME"' };
      const { status, stdout } = await runProcess({ ...inputs, 'fail-on': failOn }, noCrypto);
      expect(status).toBe(expected);
      expect(stdout.includes('\nran failed-open\n')).toBe(runs);
    },
  );

  it('is not run where fail-on stops the deploy', async () => {
    const { url } = await endpoint(text(404));
    expect((await runStep({ url, run: 'exit 7', 'fail-on': 'failed-open' })).status).toBe(1);
  });
});

describe('cordon-audience', () => {
  it('asks the runner for an ID token for each request, and masks it', async () => {
    const asked: string[] = [];
    const runner = createServer((request, response) => {
      asked.push(`${request.url ?? ''} ${request.headers.authorization ?? ''}`);
      response.end(JSON.stringify({ value: TOKEN }));
    });
    const idTokens = {
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${await listen(runner)}/token?api-version=2`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
    };
    const server = await cordonedServer({ count: [inFlight(0)] });
    const inputs = { cordon: 'true', 'cordon-audience': 'catalyst', url: server.url };
    const { status, stdout, state } = await runStep(inputs, idTokens);
    expect(status).toBe(0);
    expect(stdout).toContain(`::add-mask::${TOKEN}\n`);
    expect(stdout.replaceAll(`::add-mask::${TOKEN}`, '')).not.toContain(TOKEN);
    expect(asked[0]).toBe('/token?api-version=2&audience=catalyst Bearer request-token');
    expect(asked.length).toBeGreaterThanOrEqual(2);
    expect(server.holders()).toHaveLength(1);
    const before = asked.length;
    const env = Object.fromEntries(Object.entries(idTokens));
    await runPost({ ...inputs, uncordon: 'job-end' }, { ...state, 'deploy-goes': '' }, env);
    expect(asked.length).toBeGreaterThan(before);
    expect(server.holders()).toEqual([]);
  });

  it('says which permission is missing', async () => {
    const server = await cordonedServer({ count: [inFlight(0)] });
    const { status, stdout } = await runStep({
      cordon: 'true',
      'cordon-audience': 'catalyst',
      url: server.url,
    });
    expect(status).toBe(0);
    expect(stdout).toContain('cordon not up: new runs are NOT blocked');
    expect(stdout).toContain('give it `permissions: id-token: write`');
  });
});

describe('the end of the job', () => {
  it('goes by what the step has noted, whatever the inputs and variables are by then', async () => {
    const server = await cordonedServer({ count: [inFlight(1)] });
    const { running, ended } = startStep({ ...CORDON, url: server.url });
    await running.saw('1 in flight');
    running.kill('SIGKILL');
    const { state } = await ended;
    expect(server.holders()).toHaveLength(1);
    const other = await cordonedServer({ count: [inFlight(0)] });
    const { stdout } = await runPost({ 'cordon-token': TOKEN, url: other.url, interval: 'nonsense' }, state, {
      CATALYST_API_URL: other.url,
    });
    expect(stdout).toMatch(/^lease of \S+ released; cordon down: new runs may start\n$/);
    expect(server.holders()).toEqual([]);
    expect(other.asked).toEqual([]);
  });

  it('says what it lacks, and not that quietgate has failed', async () => {
    const server = await cordonedServer({ count: [inFlight(0)] });
    const { state } = await runStep({ ...CORDON, url: server.url, uncordon: 'job-end' });
    const { status, stdout } = await runPost({}, state);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^::warning::uncordon needs the server's token: /);
  });

  it('takes no lease from a deploy that goes ahead because a file has gone away', async () => {
    const temp = mkdtempSync(join(tmpdir(), 'quietgate-runner-'));
    onTestFinished(() => {
      rmSync(temp, { recursive: true });
    });
    const server = await cordonedServer({ count: [inFlight(1), inFlight(0)] });
    const { running, ended, files } = startStep(
      { ...CORDON, url: server.url, interval: '200ms', 'no-long-poll': 'true' },
      { RUNNER_TEMP: temp },
    );
    await running.saw('1 in flight');
    const state = files.readState();
    unlinkSync(files.paths.GITHUB_STATE);
    const { status, stdout } = await ended;
    expect(status).toBe(0);
    expect(stdout).toContain('::warning::the state of the job could not be written: ');
    await runPost({ ...CORDON, url: server.url }, state, { RUNNER_TEMP: temp });
    expect(server.holders()).toHaveLength(1);
  });
});

it('reports on the step although nothing can note that the deploy goes ahead', async () => {
  const server = await cordonedServer({ count: [inFlight(1), inFlight(0)] });
  const { running, ended, files } = startStep(
    { ...CORDON, url: server.url, interval: '200ms', 'no-long-poll': 'true' },
    { RUNNER_TEMP: '/nowhere' },
  );
  await running.saw('1 in flight');
  unlinkSync(files.paths.GITHUB_STATE);
  const { stdout, outputs } = await ended;
  expect(stdout).toContain('::warning::the end of the job will release the lease of this deploy, since ');
  expect(outputs).toMatchObject({ outcome: 'quiet' });
});

it.each([
  ['are missing', '/nowhere'],
  ['are on a full disk', '/dev/full'],
])('waits although the files of the runner %s', async (_, file) => {
  const server = await cordonedServer({ count: [inFlight(1), inFlight(0)] });
  const inputs = { ...CORDON, url: server.url, interval: '20ms' };
  const { status, stdout } = await runStep(inputs, {
    GITHUB_STATE: file,
    GITHUB_OUTPUT: file,
  });
  expect(status).toBe(0);
  expect(stdout).toContain('::warning::the end of the job will release no lease');
  expect(stdout).toContain('::warning::the outputs could not be written: ');
  expect(stdout).toMatch(/::notice title=quietgate::quiet: .*, 2 checks\)/);
});

it('a cancelled job has a summary', async () => {
  const { url } = await endpoint(inFlight(1, ['t13']));
  const { running, ended } = startStep({ url, interval: '1h' });
  await running.saw('1 in flight');
  running.kill('SIGINT');
  const { status, summary } = await ended;
  expect(status).toBe(130);
  expect(summary).toMatch(/^### ⚪ Quietgate: cancelled\n\nstopped by SIGINT after /);
  expect(summary).toContain('<code>t13</code>');
});

it('warns where the default URL is asked, in the log and in its first line', async () => {
  const { running, ended } = startStep({ url: '' }, { CATALYST_API_URL: '', https_proxy: await nobody() });
  await running.saw(
    '::warning title=quietgate::asking https://console.openova.io: the default URL, since CATALYST_API_URL is empty\n',
  );
  await running.saw('(the default URL, since CATALYST_API_URL is empty');
  running.kill('SIGKILL');
  await ended;
});
