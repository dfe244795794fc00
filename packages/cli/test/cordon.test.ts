import { describe, expect, it } from 'vitest';
import { cordonedServer, TOKEN } from '@quietgate/job/test/cordoned-server';
import { endpoint, inFlight, json, nobody, type Respond, silence, text } from '@quietgate/testkit/endpoint';
import { preload } from '@quietgate/testkit/processes';
import { runCli } from './support/run-cli.ts';
import { runMain, startHeld } from './support/run-main.ts';

const WITH_TOKEN = { CORDON_TOKEN: TOKEN };
const AS_DEPLOY_42 = ['--cordon', '--holder', 'deploy-42'];

describe('--cordon', () => {
  it('raises the cordon first, and leaves the lease to the rollout', async () => {
    const server = await cordonedServer({ count: [inFlight(1), inFlight(0)] });
    const args = [server.url, ...AS_DEPLOY_42, '--lease', '5m', '--interval', '20ms'];
    const { status, stdout, stderr } = await runMain(args, WITH_TOKEN);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\S+Z quiet: green light, .*, 2 checks\)/);
    expect(server.asked[0]).toBe('PUT deploy-42');
    expect(server.holders()).toEqual(['deploy-42']);
    expect(stderr).toContain('(cordon for deploy-42)');
    expect(stderr).toContain('cordon up: new runs are blocked by a lease of 5m at most, held by deploy-42 (');
    expect(stderr).toMatch(/ cordon up: new runs are blocked until \S+Z \(4m 59s\), held by deploy-42\n$/);
    expect(stdout + stderr).not.toContain(TOKEN);
  });

  it('makes up a holder for each job, and reports it', async () => {
    const server = await cordonedServer({ count: [inFlight(0)] });
    const job = { GITHUB_REPOSITORY: 'openova/console', GITHUB_RUN_ID: '42', GITHUB_RUN_ATTEMPT: '1' };
    const runs = [
      await runMain([server.url, '--cordon', '--json'], { ...WITH_TOKEN, ...job }),
      await runMain([server.url, '--cordon', '--json'], { ...WITH_TOKEN, ...job }),
    ];
    const holders = runs.map(
      ({ stdout }) => (JSON.parse(stdout) as { cordon: { holder: string } }).cordon.holder,
    );
    expect(holders.toSorted()).toEqual(server.holders());
    expect(new Set(holders).size).toBe(2);
    for (const [index, holder] of holders.entries()) {
      expect(holder).toMatch(/^openova\/console:42:1:\S+$/);
      expect(runs[index]?.stderr).toContain(holder);
    }
  });

  it.each<[string, Respond]>([
    ['has none', text(404)],
    ['does not know the token', text(401)],
    ['answers something else', json({ seconds: 'many' })],
  ])('continues without the cordon where the server %s, and says so', async (_, raise) => {
    const server = await cordonedServer({ count: [inFlight(0)], raise });
    const { status, stdout, stderr } = await runMain([server.url, '--cordon'], WITH_TOKEN);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\S+Z quiet: green light, /);
    expect(stderr).toMatch(/cordon not up: new runs are NOT blocked: the cordon at \S+ /);
    expect(stdout + stderr).not.toContain(TOKEN);
  });

  it('is a warning when it is not up, also when silent', async () => {
    const server = await cordonedServer({ count: [inFlight(0)], raise: text(404) });
    const { status, stdout, stderr } = await runMain([server.url, '--cordon', '--silent'], WITH_TOKEN);
    expect([status, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/^quiet: .*\ncordon not up: new runs are NOT blocked: .*\n$/);
  });

  it('stops the deploy with --fail-on uncordoned', async () => {
    const server = await cordonedServer({ count: [inFlight(0)], raise: text(404) });
    const args = [server.url, '--cordon', '--fail-on', 'uncordoned'];
    const { status, stdout } = await runMain(args, WITH_TOKEN);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^\S+Z quiet: green light, .*, but without the cordon; fail-on stops the deploy\n$/,
    );
    const up = await cordonedServer({ count: [inFlight(0)] });
    expect((await runMain([up.url, '--cordon', '--fail-on', 'uncordoned'], WITH_TOKEN)).status).toBe(0);
  });

  it.each<[args: string[], env: Record<string, string>, message: string]>([
    [
      ['https://a.example', '--cordon'],
      {},
      "a cordon needs the server's token: CORDON_TOKEN or CORDON_TOKEN_FILE, or the input cordon-token",
    ],
    [
      ['https://a.example', '--cordon'],
      { CORDON_TOKEN: ' ' },
      "a cordon needs the server's token: CORDON_TOKEN or CORDON_TOKEN_FILE, or the input cordon-token",
    ],
    [['--cordon'], WITH_TOKEN, 'a cordon needs a URL: the token goes to no default'],
    [
      ['https://a.example', '--cordon'],
      { CORDON_TOKEN: 's3cret' },
      'CORDON_TOKEN must have 16 characters or more',
    ],
    [
      ['https://a.example', '--cordon'],
      { CORDON_TOKEN: 's3cret with blanks in it' },
      'CORDON_TOKEN must be of printable ASCII characters, without blanks and line ends',
    ],
    [
      ['https://a.example', '--cordon', '--lease', '1500ms'],
      WITH_TOKEN,
      '--lease takes whole seconds, as in 90s or 10m, got "1500ms"',
    ],
    [
      ['https://a.example', '--cordon', '--lease', '0'],
      WITH_TOKEN,
      '--lease must be from 1000ms to 2147483647ms (24 days), got "0"',
    ],
    [
      ['https://a.example', '--cordon', '--holder', '*'],
      WITH_TOKEN,
      '--holder takes 1 to 128 of the characters A-Z a-z 0-9 . _ : / -, got "*"',
    ],
    [
      ['https://a.example', '--cordon', '--holder', '--json'],
      WITH_TOKEN,
      '--holder takes 1 to 128 of the characters A-Z a-z 0-9 . _ : / -, got "--json"',
    ],
    [
      ['--cordon', 's3cret-token-as-an-argument'],
      {},
      '[url] takes an absolute http or https URL, as in https://console.openova.io (what it got is not shown; the token is taken from CORDON_TOKEN)',
    ],
    [
      ['https://a.example', '--cordon', '--holder', TOKEN],
      WITH_TOKEN,
      '--holder takes 1 to 128 of the characters A-Z a-z 0-9 . _ : / - (what it got is not shown; it holds the token of the cordon)',
    ],
    [['https://a.example', '--lease', '5m'], WITH_TOKEN, '--lease needs --cordon'],
    [['https://a.example', '--holder', 'me'], WITH_TOKEN, '--holder needs --cordon'],
    [['https://a.example', '--all'], WITH_TOKEN, 'waiting takes no --all'],
    [
      ['https://a.example/api/v1/deployments/cordon/', '--cordon'],
      WITH_TOKEN,
      '[url] takes the URL without /api/v1/deployments/cordon, which is added to it',
    ],
  ])('%j with %j is wrong usage', async (args, env, message) => {
    const { status, stdout, stderr } = await runMain(args, env);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`quietgate: ${message}\n`);
    expect(stderr).not.toContain('s3cret');
  });
});

describe('a lease is lifted when the deploy will not go', () => {
  it('also where a raise that is on its way never gets a response', async () => {
    const server = await cordonedServer({ count: [], raise: silence });
    const { kill, saw, advance, ended } = startHeld([server.url, ...AS_DEPLOY_42], WITH_TOKEN);
    await server.saw(/^PUT/);
    kill('SIGTERM');
    await saw('stopped by SIGTERM');
    await advance(1000);
    expect((await ended).status).toBe(143);
    expect(new Set(server.asked)).toEqual(new Set(['PUT deploy-42', 'DELETE deploy-42']));
  });

  it('within two seconds, whatever signal comes meanwhile, or it is left to expire', async () => {
    const server = await cordonedServer({ count: [inFlight(1)], lift: silence });
    const { kill, saw, advance, ended } = startHeld([server.url, ...AS_DEPLOY_42], WITH_TOKEN);
    await saw('1 in flight');
    kill('SIGINT');
    await server.saw(/^DELETE/);
    for (const again of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) kill(again);
    await advance(2000);
    const { status, stderr } = await ended;
    expect(status).toBe(130);
    expect(stderr).toMatch(
      /Z lease of deploy-42 not released, and may last until expiry: the cordon at .* within 2000 ms\n/,
    );
  });

  it('stopped by --fail-on', async () => {
    const server = await cordonedServer({ count: [text(404)] });
    const args = [server.url, ...AS_DEPLOY_42, '--fail-on', 'failed-open', '--json'];
    const { status, stdout, stderr } = await runMain(args, WITH_TOKEN);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'failed-open',
      cordon: { holder: 'deploy-42', up: true },
    });
    expect(stderr).toContain('lease of deploy-42 released\n');
    expect(server.holders()).toEqual([]);
  });
});

describe('a raise that was refused', () => {
  it.each([302, 401, 403, 404, 405, 409])('leaves no lease to lift: it was answered %i', async (refused) => {
    const server = await cordonedServer({ count: [inFlight(0)], raise: text(refused) });
    const args = [server.url, ...AS_DEPLOY_42, '--fail-on', 'uncordoned'];
    const { status, stdout, stderr } = await runMain(args, WITH_TOKEN);
    expect(status).toBe(1);
    expect(stdout + stderr).not.toContain('lease of deploy-42 ');
    expect(server.asked.filter((each) => each.startsWith('DELETE'))).toEqual([]);
  });
});

describe('uncordon', () => {
  it('ends one lease, or all of them', async () => {
    const server = await cordonedServer({ count: [inFlight(0)] });
    for (const holder of ['a', 'b', 'c']) {
      await runMain([server.url, '--cordon', '--holder', holder, '--silent'], WITH_TOKEN);
    }
    expect(await runMain(['uncordon', server.url, '--holder', 'b'], WITH_TOKEN)).toEqual({
      status: 0,
      stdout: expect.stringMatching(
        /^lease of b released; cordon up: new runs are blocked until \S+ \(10m\), held by a, c\n$/,
      ) as string,
      stderr: '',
    });
    expect(server.holders()).toEqual(['a', 'c']);
    const { stdout } = await runMain(['uncordon', server.url, '--holder', 'wrong'], WITH_TOKEN);
    expect(stdout).toMatch(
      /^wrong held no lease, nothing was released; cordon up: new runs are blocked until .*, held by a, c\n$/,
    );
    const env = { ...WITH_TOKEN, CATALYST_API_URL: server.url, MAX_WAIT_SECONDS: 'nonsense' };
    expect(await runMain(['uncordon', '--all', '--silent'], env)).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
    expect(server.holders()).toEqual([]);
  });

  it('exits 1 where no cordon answers, and where that cannot be told', async () => {
    const none = await endpoint(text(404));
    const refused = await runMain(['uncordon', none.url, '--all', '--retries', '0'], WITH_TOKEN);
    const gone = await runMain(['uncordon', await nobody(), '--holder', 'a', '--retries', '0'], WITH_TOKEN);
    for (const { status, stdout, stderr } of [refused, gone]) {
      expect([status, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^.* not released, and may last until expiry: the cordon at .*\n$/);
      expect(stderr).not.toContain(TOKEN);
    }
  });

  it.each<[args: string[], message: string]>([
    [['https://a.example'], 'uncordon needs --holder or --all, got neither'],
    [['https://a.example', '--holder', 'a', '--all'], 'uncordon needs --holder or --all, got both'],
    [['--all'], 'uncordon needs a URL: the token goes to no default'],
    [
      [TOKEN, '--all'],
      '[url] takes an absolute http or https URL, as in https://console.openova.io (what it got is not shown; it holds the token of the cordon)',
    ],
    [['https://a.example', '--all', '--interval', '5s'], 'uncordon takes no --interval'],
  ])('%j is wrong usage', async (args, message) => {
    const { status, stdout, stderr } = await runMain(['uncordon', ...args], WITH_TOKEN);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`quietgate: ${message}\n`);
  });
});

describe('status', () => {
  it('cannot tell when quietgate itself fails, and so does not read as quiet', async () => {
    const { url } = await endpoint(inFlight(0));
    const defect = preload(
      "globalThis.AbortController = class { constructor() { throw new Error('a defect'); } }",
    );
    expect(await runCli(['status', url], defect)).toEqual({
      status: 3,
      stdout: 'unknown: quietgate itself failed, please report it: a defect\n',
      stderr: '',
    });
  });

  it('says what is in flight, once', async () => {
    const busy = await endpoint(inFlight(2));
    expect(await runMain(['status', busy.url])).toEqual({
      status: 1,
      stdout: `2 in flight: run-1, run-2 (${busy.url})\n`,
      stderr: '',
    });
    expect(busy.requests).toHaveLength(1);
    const quiet = await endpoint(inFlight(0));
    expect((await runMain(['status', quiet.url])).status).toBe(0);
    const missing = await endpoint(text(503));
    const { status, stdout } = await runMain(['status', missing.url]);
    expect(status).toBe(3);
    expect(stdout).toMatch(/^unknown: \S+ answered 503\n$/);
    expect(missing.requests).toHaveLength(1);
  });

  it('says who holds the cordon and until when, with a token', async () => {
    const server = await cordonedServer({ count: [inFlight(0)] });
    const down = await runMain(['status', server.url], WITH_TOKEN);
    expect(down.stdout).toContain('\ncordon down: new runs may start\n');
    await runMain([server.url, ...AS_DEPLOY_42], WITH_TOKEN);
    const { status, stdout } = await runMain(['status', server.url], WITH_TOKEN);
    expect(status).toBe(0);
    expect(stdout).toMatch(/\ncordon up: new runs are blocked until \S+Z \(10m\), held by deploy-42\n$/);
  });

  it('says of a cordon for ever when that ends, as far as a date goes', async () => {
    const forever = json({ seconds: Number.MAX_SAFE_INTEGER, holders: ['deploy-42'] });
    const { url } = await endpoint(inFlight(0), forever);
    const { status, stdout } = await runMain(['status', url], WITH_TOKEN);
    expect(status).toBe(0);
    expect(stdout).toMatch(/\ncordon up: new runs are blocked until \+275760-09-13T00:00:00Z /);
  });

  it('keeps its status when the cordon cannot be read', async () => {
    const server = await cordonedServer({ count: [inFlight(0)] });
    const { status, stdout } = await runMain(['status', server.url], {
      CORDON_TOKEN: 'wrong-token-of-the-cordon',
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(/\ncordon unknown: the cordon at \S+ answered 401/);
    expect(stdout).not.toContain('wrong-token');
  });

  it('sends the token to no default', async () => {
    const { status, stdout } = await runMain(['status'], { ...WITH_TOKEN, https_proxy: await nobody() });
    expect(status).toBe(3);
    expect(stdout).toMatch(/^unknown: https:\/\/console\.openova\.io\/[^\n]*\n$/);
  });
});
