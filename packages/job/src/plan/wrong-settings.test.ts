import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { UsageError } from '../usage-error.ts';
import { makeCheckPlan } from './check-plan.ts';
import { makePlan, stopsDeploy } from './plan.ts';
import type { Environment } from './setting.ts';
import { makeStatusPlan } from './status-plan.ts';
import type { Settings } from './table.ts';
import { tokenNow } from './token.ts';
import { makeUncordonPlan } from './uncordon-plan.ts';
import { makeUntilPlan } from './until-plan.ts';

const TOKEN = 'a-token-of-the-server';
const WITH_TOKEN = { CORDON_TOKEN: TOKEN };
const url = 'https://a.example';

type Given = Readonly<Record<string, string | readonly string[]>>;

const given = (options: Given): Settings =>
  new Map(
    Object.entries(options).map(([name, values]) => [
      name,
      [values].flat().map((value) => ({ name: `--${name}`, value })),
    ]),
  );

describe('what a command needs', () => {
  it.each<[(settings: Settings, env: Environment) => unknown, Given, Environment, string]>([
    [makeUncordonPlan, { url }, WITH_TOKEN, 'uncordon needs --holder or --all, got neither'],
    [
      makeUncordonPlan,
      { url, holder: 'a', all: 'true' },
      WITH_TOKEN,
      'uncordon needs --holder or --all, got both',
    ],
    [makeUncordonPlan, { all: 'true' }, WITH_TOKEN, 'uncordon needs a URL: the token goes to no default'],
    [
      makeUncordonPlan,
      { url, all: 'true' },
      {},
      "uncordon needs the server's token: CORDON_TOKEN or CORDON_TOKEN_FILE, or the input cordon-token",
    ],
    [
      makePlan,
      { url, cordon: 'true' },
      {},
      "a cordon needs the server's token: CORDON_TOKEN or CORDON_TOKEN_FILE, or the input cordon-token",
    ],
    [makePlan, { cordon: 'true' }, WITH_TOKEN, 'a cordon needs a URL: the token goes to no default'],
    [
      makeCheckPlan,
      { 'with-cordon': 'true' },
      WITH_TOKEN,
      '--with-cordon needs a URL: the token goes to no default',
    ],
    [makePlan, { 'keep-lease': 'true' }, {}, '--keep-lease needs a command behind --'],
    ...[{}, { url }, { text: 'v2' }].map((options): [typeof makeUntilPlan, Given, Environment, string] => [
      makeUntilPlan,
      options,
      {},
      "until needs a URL and a text, as in 'quietgate until https://console.openova.io/version v1.2.3'",
    ]),
    [makeUntilPlan, { url, text: '' }, {}, '--text takes a text, got nothing'],
  ])('%o with %j and %j', (make, options, env, message) => {
    expect(() => make(given(options), env)).toThrow(new UsageError(message));
  });
});

describe.each([
  ['waiting', makePlan, {}],
  ['status', makeStatusPlan, {}],
  ['check', makeCheckPlan, {}],
  ['uncordon', makeUncordonPlan, { all: 'true' }],
])('%s takes a base URL', (_, make, options: Given) => {
  it.each([
    ['/x/api/v1/deployments/in-flight-count//', '/api/v1/deployments/in-flight-count'],
    ['/api/v1/deployments/cordon', '/api/v1/deployments/cordon'],
    ['/api/v1/deployments/quiet', '/api/v1/deployments/quiet'],
  ])('and not %s', (end, path) => {
    expect(() => make(given({ url: url + end, ...options }), WITH_TOKEN)).toThrow(
      new UsageError(`--url takes the URL without ${path}, which is added to it`),
    );
  });
});

it.each([makePlan, makeStatusPlan, makeCheckPlan])('%o takes no URL with its own path', (make) => {
  expect(() => make(given({ url: `${url}/busy`, path: '/busy/' }), {})).toThrow(
    new UsageError('--url takes the URL without /busy/, which is added to it'),
  );
});

describe('a value', () => {
  const ABSOLUTE = 'takes an absolute http or https URL, as in https://console.openova.io, got';
  const HOLDER = 'takes 1 to 128 of the characters A-Z a-z 0-9 . _ : / -';

  it.each<[Given, string]>([
    [{ url: 'ftp://a.example' }, `--url ${ABSOLUTE} "ftp://a.example"`],
    [{ url: 'xhttp://a.example' }, `--url ${ABSOLUTE} "xhttp://a.example"`],
    ...['https://user@a.example', 'https://:s3cret@a.example'].map((value): [Given, string] => [
      { url: value },
      "--url must not carry a user name or password: send credentials in a header, as in 'Authorization: …'",
    ]),
    [
      { path: '/' },
      '--path takes a path as it stands in a URL, with a slash first and without a query, got "/"',
    ],
    [{ lease: '1500ms' }, '--lease takes whole seconds, as in 90s or 10m, got "1500ms"'],
    [{ lease: '0' }, '--lease must be from 1000ms to 2147483647ms (24 days), got "0"'],
    [{ uncordon: 'true' }, '--uncordon takes job-end, or nothing, got "true"'],
    [{ cordon: 'yes' }, '--cordon takes true or false, got "yes"'],
    [{ holder: '*' }, `--holder ${HOLDER}, got "*"`],
    [{ holder: '--json' }, `--holder ${HOLDER}, got "--json"`],
    [
      { holder: `x${TOKEN}`, 'cordon-token': TOKEN },
      `--holder ${HOLDER} (what it got is not shown; it holds the token of the cordon)`,
    ],
    [{ 'cordon-token': 'short' }, '--cordon-token must have 16 characters or more'],
    ...['X One: 1', ' : 1', 'X(: 1', '(X: 1'].map((header): [Given, string] => [
      { header },
      "--header takes one header, as in 'Name: value' (what it got is not shown)",
    ]),
    [
      { 'quiet-for': '2m', 'max-wait': ['1m', '2m'] },
      '--quiet-for must be below --max-wait, or the light could never turn green',
    ],
  ])('%j is refused', (options, message) => {
    expect(() => makePlan(given({ url, ...options }), {})).toThrow(new UsageError(message));
  });

  it('is as it was given', () => {
    const plan = makePlan(
      given({
        url: ['https://a.example//', 'http://b.example/x'],
        header: ['x-one:1', ' HOST : console.example ', 'X-Two: a b '],
        retries: '100',
        'fail-on': ['timed-out, uncordoned', 'timed-out'],
        uncordon: 'job-end',
        'no-long-poll': 'TRUE',
        silent: 'False',
        'quiet-for': '1.25s500.25ms',
      }),
      {},
    );
    expect(plan).toMatchObject({
      host: 'console.example',
      failOn: ['timed-out', 'uncordoned'],
      uncordonsAtJobEnd: true,
      silent: false,
      defaultUrl: undefined,
    });
    expect(plan.servers[0].gate).toMatchObject({
      headers: [
        ['x-one', '1'],
        ['X-Two', 'a b'],
      ],
      retries: 100,
      longPoll: false,
      quietForMs: 1750.25,
    });
    expect(plan.defaultUrl).toBeUndefined();
  });

  it.each(['https://a.example/x', 'https://a.example/x//'])('%s is the same URL twice', (again) => {
    expect(() => makePlan(given({ url: ['https://a.example/x/', again] }), {})).toThrow(
      new UsageError('--url is given twice with the same URL'),
    );
  });
});

it('what core alone can judge is said in the names by which it was given', () => {
  const options = { url, cordon: 'true', 'quiet-for': '1m', lease: '20s' };
  expect(() => makePlan(given(options), WITH_TOKEN)).toThrow(
    /^--lease must be above --interval and --request-timeout together, /,
  );
  expect(() => makePlan(given({ url, 'quiet-for': ['5m', '1m'] }), { MAX_WAIT_SECONDS: '60' })).toThrow(
    /^--quiet-for must be below MAX_WAIT_SECONDS, /,
  );
});

describe('the token', () => {
  it('is asked for by status from a file, too, and not where there is no URL', () => {
    const folder = mkdtempSync(join(tmpdir(), 'quietgate-token-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const path = join(folder, 'token');
    writeFileSync(path, TOKEN);
    const { token = '' } = makeStatusPlan(given({ url }), { CORDON_TOKEN_FILE: path });
    expect(tokenNow(token)).toBe(TOKEN);
    expect(makeStatusPlan(given({}), WITH_TOKEN).token).toBeUndefined();
    expect(makeStatusPlan(given({ url }), {}).token).toBeUndefined();
  });

  it('is known at once to check', () => {
    const settings = given({ url, 'with-cordon': 'true', header: 'Host: b.example' });
    expect(makeCheckPlan(settings, WITH_TOKEN)).toMatchObject({
      url,
      host: 'b.example',
      headers: [],
      path: '/api/v1/deployments/in-flight-count',
      token: TOKEN,
      json: false,
    });
    expect(makeCheckPlan(given({}), {})).toMatchObject({
      url: 'https://console.openova.io',
      token: undefined,
    });
  });

  it('that has to be waited for is not known at once', () => {
    expect(() => tokenNow(() => Promise.resolve(TOKEN))).toThrow(
      new TypeError('the token has to be waited for'),
    );
    expect(tokenNow(TOKEN)).toBe(TOKEN);
  });

  it('comes from where there is an audience, but only where a job can ask for one', () => {
    const idToken = (audience: string) => Promise.resolve(audience);
    const settings = given({ url, cordon: 'true', 'cordon-audience': 'catalyst' });
    expect(typeof makePlan(settings, {}, { idToken }).servers[0].gate.cordon?.token).toBe('function');
    expect(makePlan(settings, WITH_TOKEN).servers[0].gate.cordon?.token).toBe(TOKEN);
  });
});

it('a proxy may respond in the place of an http server alone', () => {
  const env = { http_proxy: 'http://p.example', https_proxy: 'http://p.example' };
  expect(makeStatusPlan(given({ url: 'http://a.example' }), env).httpProxy).toBe('http_proxy');
  expect(makeStatusPlan(given({ url: 'http://a.example' }), {}).httpProxy).toBeUndefined();
  expect(makeStatusPlan(given({ url }), env).httpProxy).toBeUndefined();
});

it.each([
  ['timed-out', ['timed-out'], undefined, true],
  ['quiet', ['timed-out', 'failed-open'], undefined, false],
  ['failed-open', ['timed-out', 'failed-open'], undefined, true],
  ['quiet', ['uncordoned'], false, true],
  ['quiet', ['uncordoned'], true, false],
  ['quiet', ['uncordoned'], undefined, false],
  ['quiet', ['timed-out'], false, false],
  ['quiet', [], false, false],
] as const)(
  '%s with fail-on %j and a cordon that is up (%s) stops the deploy: %s',
  (outcome, failOn, up, stops) => {
    const cordon = { holder: 'a', message: '', remainingMs: 0 };
    const state = up === undefined ? {} : { cordon: { ...cordon, up } as const };
    expect(stopsDeploy({ outcome, ...(state as object) }, { failOn })).toBe(stops);
  },
);

it('is a UsageError by its name', () => {
  expect(new UsageError('why')).toMatchObject({ name: 'UsageError', message: 'why' });
});
