import { fc, test, unicodeString, webPath, webUrl } from '@quietgate/testkit/property';
import { waitForQuiet } from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { UsageError } from '../usage-error.ts';
import type { WAIT } from './commands.ts';
import { makePlan, NO_SETTINGS } from './plan.ts';
import type { Environment } from './setting.ts';
import type { Settings } from './table.ts';

type Given = Readonly<Partial<Record<keyof typeof WAIT, string | readonly string[] | undefined>>>;

const given = (options: Given): Settings =>
  new Map(
    Object.entries(options).map(([option, values]) => [
      option,
      [values ?? []].flat().map((value) => ({ name: `--${option}`, value })),
    ]),
  );

it('has the defaults of waitForQuiet', async () => {
  const asked: number[] = [];
  const clock = createVirtualClock();
  const source = () => {
    asked.push(clock.now());
    return { count: 1, ids: [] };
  };
  const byDefault = await waitForQuiet({ source, clock });
  const { servers, ...plan } = makePlan(NO_SETTINGS, {});
  expect(servers).toHaveLength(1);
  const { intervalMs, maxWaitMs, ...rest } = servers[0].gate;
  expect(byDefault.elapsedMs).toBe(maxWaitMs);
  expect(asked[1]).toBe(intervalMs);
  expect(rest).toEqual({
    url: 'https://console.openova.io',
    path: '/api/v1/deployments/in-flight-count',
    requestTimeoutMs: 10_000,
    quietForMs: 0,
    retries: 5,
    longPoll: true,
    onUnavailable: 'proceed',
    headers: [],
    cordon: undefined,
  });
  expect(plan).toEqual({
    defaultUrl: 'none given',
    host: undefined,
    command: undefined,
    failOn: [],
    uncordonsAtJobEnd: false,
    json: false,
    silent: false,
  });
});

describe('whatever is given', () => {
  const durationArb = fc.stringMatching(/^\d{1,12}(\.\d)?(ms|s|m|h)$/);
  const optionsArb = fc.record(
    {
      interval: fc.oneof(fc.string(), durationArb),
      'max-wait': fc.oneof(fc.string(), durationArb),
      'request-timeout': fc.stringMatching(/^\d{1,9}(ms|s)$/),
      'quiet-for': fc.stringMatching(/^\d{0,9}(ms|s)?$/),
      lease: fc.stringMatching(/^\d{1,9}(ms|s)$/),
      cordon: fc.constantFrom('true', 'false'),
      'cordon-token': fc.oneof(fc.string(), fc.constant('a-token-of-the-server')),
      holder: fc.oneof(fc.string(), fc.constant('deploy-42')),
      path: fc.oneof(fc.string(), webPath()),
      'on-unavailable': fc.constantFrom('proceed', 'wait', 'wait-when-busy'),
      retries: fc.oneof(fc.string(), fc.nat(200).map(String)),
      header: fc.array(fc.oneof(unicodeString(), fc.stringMatching(/^[A-Za-z-]{1,9}: ?[ -~]{0,9}$/))),
    },
    { requiredKeys: [] },
  );
  const urlArb = fc.oneof(fc.string(), webUrl(), fc.constant(undefined), fc.array(webUrl()));

  test.prop([optionsArb, urlArb])('the gates accept a plan that was accepted', async (options, url) => {
    let plan;
    try {
      plan = makePlan(given({ ...options, url }), {});
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
      return;
    }
    // An aborted signal is looked at after the options, and before any request.
    const signal = AbortSignal.abort('accepted');
    for (const { gate } of plan.servers) {
      await expect(waitForQuiet({ ...gate, signal })).rejects.toBe('accepted');
    }
  });
});

describe('what core alone can judge', () => {
  const token = { cordon: 'true', 'cordon-token': 'a-token-of-the-server', url: 'https://a.example' };

  it.each<[Given, string]>([
    [{ 'quiet-for': '30m' }, '--quiet-for must be below --max-wait, or the light could never turn green'],
  ])('%j is refused in the names of the command line', (options, message) => {
    expect(() => makePlan(given({ ...token, ...options }), {})).toThrow(new UsageError(message));
  });
});

describe('the environment', () => {
  it('fills in what was not given', () => {
    const env = { CATALYST_API_URL: 'https://a.example', POLL_INTERVAL_SECONDS: '5', MAX_WAIT_SECONDS: '60' };
    expect(makePlan(NO_SETTINGS, env).servers[0].gate).toMatchObject({
      url: 'https://a.example',
      intervalMs: 5000,
      maxWaitMs: 60_000,
    });
  });

  it('leaves alone what was', () => {
    const env = {
      CATALYST_API_URL: 'nonsense',
      POLL_INTERVAL_SECONDS: 'nonsense',
      MAX_WAIT_SECONDS: 'nonsense',
    };
    const all = given({ url: 'https://b.example', interval: '1s', 'max-wait': '2s' });
    expect(makePlan(all, env).servers[0].gate).toMatchObject({
      url: 'https://b.example',
      intervalMs: 1000,
      maxWaitMs: 2000,
    });
  });

  it.each(['', ' ', '\n'])('counts as unset where a variable is %j', (value) => {
    const env = { CATALYST_API_URL: value, POLL_INTERVAL_SECONDS: value, MAX_WAIT_SECONDS: value };
    expect(makePlan(NO_SETTINGS, env)).toEqual({
      ...makePlan(NO_SETTINGS, {}),
      defaultUrl: 'variable empty',
    });
  });
});

describe('several URLs', () => {
  it('are a server each, with the same options and one holder', () => {
    const url = ['https://a.example', 'https://b.example/x'];
    const options = { cordon: 'true', 'cordon-token': 'a-token-of-the-server', interval: '5s' };
    const { servers } = makePlan(given({ ...options, url }), {});
    expect(servers.map(({ gate }) => gate.url)).toEqual(url);
    expect(new Set(servers.map(({ gate }) => gate.cordon?.holder)).size).toBe(1);
    expect(servers.map(({ gate }) => gate.intervalMs)).toEqual([5000, 5000]);
  });

  it.each([
    ['https://a.example', 'https://a.example/'],
    ['https://a.example/x', 'https://b.example', 'HTTPS://A.example:443/x/'],
  ])('may not be the same: %s …', (...url) => {
    expect(() => makePlan(given({ url }), {})).toThrow(
      new UsageError('--url is given twice with the same URL'),
    );
  });
});

describe('a command', () => {
  it('is run with its arguments', () => {
    expect(makePlan(NO_SETTINGS, {}, { command: ['./deploy.sh', '--json'] }).command).toEqual({
      name: './deploy.sh',
      file: './deploy.sh',
      args: ['--json'],
      keepsLease: false,
    });
  });

  it.each([[[]], [['']]])('is needed behind --, and %j is none', (command) => {
    expect(() => makePlan(NO_SETTINGS, {}, { command })).toThrow(
      new UsageError('-- needs a command behind it'),
    );
  });

  it('does not go with --json', () => {
    expect(() => makePlan(given({ json: 'true' }), {}, { command: ['true'] })).toThrow(
      /^--json cannot go with a command/,
    );
  });
});

it('the script of the action is run by bash, which stops at its first failure', () => {
  expect(makePlan(given({ run: 'a\nb | c' }), {}).command).toEqual({
    name: 'the script',
    file: 'bash',
    args: ['--norc', '-e', '-o', 'pipefail', '-c', 'a\nb | c'],
    keepsLease: false,
  });
});

describe('the token of a cordon', () => {
  const url = 'https://a.example';
  const file = (text: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'quietgate-token-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const path = join(folder, 'token');
    writeFileSync(path, text);
    return path;
  };
  const tokenOf = (options: Given, env: Environment) =>
    makePlan(given({ url, cordon: 'true', ...options }), env, {
      idToken: (audience) => Promise.resolve(`id-token-for-${audience}`),
    }).servers[0].gate.cordon?.token;

  it('is read from a file before each request, without the white space around it', () => {
    const path = file('  first-token-of-the-server\n');
    const token = tokenOf({}, { CORDON_TOKEN_FILE: path });
    if (typeof token !== 'function') throw new Error('it is read once');
    expect(token()).toBe('first-token-of-the-server');
    writeFileSync(path, 'second-token-of-the-server');
    expect(token()).toBe('second-token-of-the-server');
  });

  it.each([
    ['\n', / takes the path of a file with a token in it, and it is empty$/],
    ['short', /^the token in CORDON_TOKEN_FILE must have 16 characters or more$/],
  ])('is not to be %j', (text, message) => {
    expect(() => tokenOf({}, { CORDON_TOKEN_FILE: file(text) })).toThrow(message);
  });

  it('is in a file that is there', () => {
    expect(() => tokenOf({}, { CORDON_TOKEN_FILE: '/no/such/file' })).toThrow(
      new UsageError('CORDON_TOKEN_FILE takes the path of a file that can be read (ENOENT)'),
    );
  });

  it('is given in one variable', () => {
    const env = { CORDON_TOKEN: 'a-token-of-the-server', CORDON_TOKEN_FILE: file('a-token-of-the-server') };
    expect(() => tokenOf({}, env)).toThrow(
      new UsageError('CORDON_TOKEN and CORDON_TOKEN_FILE exclude each other, got both'),
    );
    expect(tokenOf({ 'cordon-token': 'an-input-with-the-token' }, env)).toBe('an-input-with-the-token');
  });

  it('is an ID token where an audience is given, and then no other', async () => {
    const token = tokenOf({ 'cordon-audience': 'catalyst' }, { CORDON_TOKEN: 'a-token-of-the-server' });
    if (typeof token !== 'function') throw new Error('it is asked for once');
    await expect(token()).resolves.toBe('id-token-for-catalyst');
    const both = { 'cordon-audience': 'catalyst', 'cordon-token': 'a-token-of-the-server' };
    expect(() => tokenOf(both, {})).toThrow(
      new UsageError('--cordon-audience and --cordon-token exclude each other, got both'),
    );
  });
});
