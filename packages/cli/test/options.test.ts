import { describe, expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { endpoint, inFlight, nobody, silence, text } from '@quietgate/testkit/endpoint';
import { runMain, startHeld, startMain } from './support/run-main.ts';

describe('[url] and CATALYST_API_URL', () => {
  it('appends the path of the endpoint, also to a prefix', async () => {
    const { url, requests } = await endpoint(inFlight(0));
    await runMain([`${url}/catalyst/`]);
    expect(requests.map((request) => request.url)).toEqual([
      expect.stringMatching(/^\/catalyst\/api\/v1\/deployments\/in-flight-count(\?|$)/),
    ]);
  });

  it('takes the variable when there is no argument', async () => {
    const { url, requests } = await endpoint(inFlight(0));
    expect((await runMain([], { CATALYST_API_URL: url })).status).toBe(0);
    expect(requests).toHaveLength(1);
  });

  it('prefers the argument', async () => {
    const given = await endpoint(inFlight(0));
    const variable = await endpoint(inFlight(0));
    await runMain([given.url], { CATALYST_API_URL: variable.url });
    expect([given.requests.length, variable.requests.length]).toEqual([1, 0]);
  });

  it('is https://console.openova.io when neither is given, or the variable is empty', async () => {
    for (const env of [{}, { CATALYST_API_URL: '' }, { CATALYST_API_URL: ' ' }]) {
      const { saw } = startMain([], { ...env, https_proxy: await nobody() });
      await saw('asking https://console.openova.io every 20s, for 30m at most');
    }
  });

  it('keeps a query to itself, as it may hold a token', async () => {
    const { url, requests } = await endpoint(text(404));
    const { stdout, stderr } = await runMain([`${url}/?token=s3cret`]);
    expect(requests[0]?.url).toContain('?token=s3cret');
    expect(stdout + stderr).not.toContain('s3cret');
  });
});

describe('durations', () => {
  it.each([
    [['--interval', '50ms', '--max-wait', '1h30m'], {}, 'every 50ms, for 1h 30m at most'],
    [['--interval', '20', '--max-wait', '0.5'], {}, 'every 20s, for 500ms at most'],
    [['--interval', '1.5s', '--max-wait', '2500ms'], {}, 'every 1.5s, for 2.5s at most'],
    [['--max-wait', '1h30m59s'], {}, 'every 20s, for 1h 30m 59s at most'],
    [['--interval=45s', '--max-wait=10m'], {}, 'every 45s, for 10m at most'],
    [[], { POLL_INTERVAL_SECONDS: '5', MAX_WAIT_SECONDS: '90' }, 'every 5s, for 1m 30s at most'],
    [[], { POLL_INTERVAL_SECONDS: '0.25', MAX_WAIT_SECONDS: '' }, 'every 250ms, for 30m at most'],
    [
      ['--interval', '1s'],
      { POLL_INTERVAL_SECONDS: '5', MAX_WAIT_SECONDS: '60' },
      'every 1s, for 1m at most',
    ],
    [['--interval', '1s', '--interval', '2s'], {}, 'every 2s, for 30m at most'],
  ])('%j with %j', async (args, env: Record<string, string>, expected) => {
    const { url } = await endpoint(inFlight(0));
    const { stderr } = await runMain([url, ...args], env);
    expect(stderr).toContain(expected);
  });

  it('polls as often as POLL_INTERVAL_SECONDS says, until MAX_WAIT_SECONDS', async () => {
    const { url, requests } = await endpoint(inFlight(1), inFlight(2), inFlight(3));
    const env = { POLL_INTERVAL_SECONDS: '5', MAX_WAIT_SECONDS: '12' };
    const { saw, advance, ended } = startHeld([url, '--json'], env);
    await saw('1 in flight');
    await advance(5000);
    await saw('2 in flight');
    await advance(5000);
    await saw('3 in flight');
    await advance(2000);
    expect(JSON.parse((await ended).stdout)).toMatchObject({ outcome: 'timed-out', elapsedMs: 12_000 });
    expect(requests).toHaveLength(3);
  });

  it('--request-timeout gives up a request that hangs', async () => {
    const { url } = await endpoint(silence);
    const { stdout } = await runMain([url, '--request-timeout', '30ms', '--retries', '0']);
    expect(stdout).toMatch(/^\S+Z failed-open \(request-timeout\)/);
  });

  it('--quiet-for asks on until the count has stayed zero', async () => {
    const { url, requests } = await endpoint(inFlight(0));
    const { stdout, stderr } = await runMain([url, '--quiet-for', '60ms', '--interval', '20ms']);
    expect(stdout).toMatch(/^\S+Z quiet: /);
    expect(stderr).toContain('nothing in flight, but not for 60ms yet');
    expect(requests.length).toBeGreaterThan(1);
  });

  it('--quiet-for 0s takes the first zero', async () => {
    const { url, requests } = await endpoint(inFlight(0));
    const { status } = await runMain([url, '--quiet-for', '0s']);
    expect([status, requests.length]).toEqual([0, 1]);
  });
});

describe('--retries', () => {
  it.each<[args: string[], pauses: number[]]>([
    [['--retries', '0'], []],
    [
      ['--retries', '2'],
      [1, 2],
    ],
    [[], [1, 2, 4, 8, 16]],
  ])('%j: pauses of %j seconds between the tries of one poll', async (args, pauses) => {
    const { url, requests } = await endpoint(text(503));
    const { saw, advance, ended } = startHeld([url, ...args]);
    for (const [index, seconds] of pauses.entries()) {
      await saw(`attempt ${index + 1} of ${pauses.length + 1} failed`);
      await advance(seconds * 1000);
    }
    expect((await ended).stdout).toMatch(/^\S+Z failed-open \(http-status\)/);
    expect(requests).toHaveLength(pauses.length + 1);
  });
});

it('--on-unavailable wait keeps asking an endpoint that is not there yet', async () => {
  const { url } = await endpoint(text(404), text(404), inFlight(0));
  const { stdout, stderr } = await runMain([url, '--interval', '20ms', '--on-unavailable', 'wait']);
  expect(stdout).toMatch(/^\S+Z quiet: green light, .*, 3 checks\)/);
  expect(stderr).toMatch(
    /Z no count: \S+ answered 404: there is no such endpoint \(waited .* of 30m\); waiting anyway, next check in 20ms\n/,
  );
});

it('--on-unavailable wait-when-busy opens where no count has been read', async () => {
  const { url } = await endpoint(text(404));
  const { stdout } = await runMain([url, '--on-unavailable', 'wait-when-busy']);
  expect(stdout).toMatch(/^\S+Z failed-open \(not-found\)/);
});

it('--on-unavailable wait-when-busy waits while the last count is above zero', async () => {
  const { url } = await endpoint(inFlight(1), text(404), inFlight(0));
  const args = ['--interval', '20ms', '--retries', '0', '--on-unavailable', 'wait-when-busy'];
  const { stdout, stderr } = await runMain([url, ...args]);
  expect(stdout).toMatch(/^\S+Z quiet: green light, .*, 3 checks\)/);
  expect(stderr).toContain('on-unavailable wait-when-busy');
  expect(stderr).toContain('waiting anyway');
});

it('--path asks there, and says so', async () => {
  const { url, requests } = await endpoint(inFlight(0));
  const { stdout, stderr } = await runMain([`${url}/catalyst`, '--path', '/in-flight']);
  expect(requests[0]?.url).toMatch(/^\/catalyst\/in-flight\b/);
  expect(stderr).toContain('(path /in-flight)');
  expect(stdout).toContain(`nothing in flight at ${url}/catalyst/in-flight (waited `);
});

it('a green light over a redirect names both ends, without queries', async () => {
  const { url: end } = await endpoint(inFlight(0));
  const { url } = await endpoint(text(307, '', { location: `${end}/moved?token=s3cret#s3cret` }));
  const { stdout, stderr } = await runMain([url, '--json']);
  expect(stderr).toContain(
    `nothing in flight at ${url}/api/v1/deployments/in-flight-count (redirected to ${end}/moved) (waited `,
  );
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'quiet', redirectedTo: `${end}/moved` });
  expect(stdout + stderr).not.toContain('s3cret');
});

it('--header sends a Host of its own, though not to where a redirect leads', async () => {
  const end = await endpoint(inFlight(0));
  const { url, requests } = await endpoint(text(307, '', { location: end.url }));
  const { stdout } = await runMain([url, '--header', 'Host: catalyst.example']);
  expect(stdout).toMatch(/^\S+Z quiet: /);
  expect(requests[0]?.headers.host).toBe('catalyst.example');
  expect(`http://${end.requests[0]?.headers.host ?? ''}`).toBe(end.url);
});

it('--header sends each header', async () => {
  const { url, requests } = await endpoint(inFlight(0));
  await runMain([url, '--header', 'Authorization: Bearer a:b', '--header=X-Two:2', '--header', 'X-Two: 3']);
  expect(requests[0]?.headers).toMatchObject({ authorization: 'Bearer a:b', 'x-two': '2, 3' });
});

describe('--json', () => {
  it('makes standard output one JSON object; everything else goes to standard error', async () => {
    const { url } = await endpoint(inFlight(1, ['a']), inFlight(0));
    const { status, stdout, stderr } = await runMain([url, '--json', '--interval', '20ms']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(stdout)).toEqual({
      outcome: 'quiet',
      polls: 2,
      elapsedMs: expect.any(Number) as number,
      lastSeen: { count: 0, ids: [] },
    });
    expect(stderr).toContain('1 in flight: a');
    expect(stderr).toMatch(/Z quiet: green light, .*, 2 checks\); the deploy goes ahead\n/);
  });

  it('tells a failure with its reason, status and cause', async () => {
    const { url } = await endpoint(text(418));
    expect(JSON.parse((await runMain([url, '--json'])).stdout)).toMatchObject({
      outcome: 'failed-open',
      reason: 'http-status',
      status: 418,
      message: `${url}/api/v1/deployments/in-flight-count answered 418`,
    });
    expect(JSON.parse((await runMain([await nobody(), '--json', '--retries', '0'])).stdout)).toMatchObject({
      reason: 'unreachable',
      cause: { name: 'NetworkError', code: 'ECONNREFUSED' },
    });
  });

  it('keeps to the exit statuses', async () => {
    const { url } = await endpoint(text(404));
    const { status, stdout } = await runMain([url, '--json', '--fail-on', 'failed-open']);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'failed-open', reason: 'not-found' });
  });
});

describe('--silent', () => {
  it('says nothing on a green light', async () => {
    const { url } = await endpoint(inFlight(1), inFlight(0));
    expect(await runMain([url, '--silent', '--interval', '20ms'])).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
  });

  it('still prints warnings and errors, in one line of standard error', async () => {
    const { url } = await endpoint(text(404));
    const { status, stdout, stderr } = await runMain([url, '--silent']);
    expect([status, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/^failed-open \(not-found\): .*; the deploy goes ahead\n$/);
  });

  it('leaves --json its object', async () => {
    const { url } = await endpoint(inFlight(0));
    const { stdout, stderr } = await runMain([url, '--silent', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'quiet' });
    expect(stderr).toBe('');
  });
});

it('--version prints the version and asks nobody', async () => {
  expect(await runMain(['--version'])).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: '' });
});

it.each([
  [['--help']],
  [['-h']],
  [['--help', '--nonsense']],
  [['uncordon', '--help']],
  [['--help', 'status']],
  [['until', '-h']],
  [['check', '--help']],
])('%j prints a screen of help', async (args) => {
  const { status, stdout, stderr } = await runMain(args);
  const lines = stdout.trimEnd().split('\n');
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^Usage: quietgate /);
  expect(lines.length).toBeLessThanOrEqual(24);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  const columns = lines.flatMap((line) => /^ {2}--\S.*? {2,}/.exec(line)?.[0].length ?? []);
  expect(new Set(columns).size).toBe(1);
});

it('help says what each option takes', async () => {
  const taken = async (...args: string[]) =>
    [...(await runMain([...args, '--help'])).stdout.matchAll(/^ {2}--([\w-]+ \S+(?: \S+)*) {2}/gm)].map(
      ([, each]) => each,
    );
  expect(await taken()).toEqual([
    'interval 20s',
    'max-wait 30m',
    'path /PATH',
    'request-timeout 10s',
    'quiet-for 0s',
    'retries 5',
    'on-unavailable proceed',
    'fail-on OUTCOMES',
    "header 'Name: value'",
    'lease 10m',
    'holder ID',
  ]);
  const header = "header 'Name: value'";
  expect(await taken('uncordon')).toEqual(['holder ID', header, 'request-timeout 10s', 'retries 5']);
  expect(await taken('status')).toEqual(['path /PATH', header, 'request-timeout 10s']);
  expect(await taken('until')).toEqual(['interval 5s', 'max-wait 30m', header, 'request-timeout 10s']);
  expect(await taken('check')).toEqual(['path /PATH', header, 'request-timeout 10s']);
});

it('the help of each command names its options', async () => {
  const optionsOf = async (args: string[]) =>
    [...(await runMain([...args, '--help'])).stdout.matchAll(/^ {2}--([\w-]+)|, --([\w-]+)/gm)].map(
      ([, first, next]) => first ?? next,
    );
  expect(await optionsOf(['uncordon'])).toEqual([
    'holder',
    'all',
    'header',
    'request-timeout',
    'retries',
    'silent',
  ]);
  expect(await optionsOf(['status'])).toEqual(['path', 'header', 'request-timeout', 'json']);
  expect(await optionsOf(['until'])).toEqual(['interval', 'max-wait', 'header', 'request-timeout']);
  expect(await optionsOf([])).toEqual([
    'interval',
    'max-wait',
    'path',
    'request-timeout',
    'quiet-for',
    'retries',
    'on-unavailable',
    'fail-on',
    'header',
    'cordon',
    'lease',
    'holder',
    'keep-lease',
    'no-long-poll',
    'json',
    'silent',
  ]);
});
