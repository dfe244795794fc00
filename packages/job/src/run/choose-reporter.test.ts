import { describe, expect, it } from 'vitest';
import { makePlan } from '../plan/plan.ts';
import type { JobResult } from '../report/job-result.ts';
import { NO_PROGRESS } from '../report/progress.ts';
import { chooseReporter } from './choose-reporter.ts';

const TOKEN = 'a-token-of-the-server';
const QUIET: JobResult = { outcome: 'quiet', polls: 1, elapsedMs: 0, lastSeen: { count: 0, ids: [] } };
const MISSING: JobResult = {
  outcome: 'failed-open',
  reason: 'not-found',
  message: 'answered 404',
  polls: 1,
  elapsedMs: 0,
};
const CLEAR = '\r<ESC>[K';

interface Where {
  readonly options?: Readonly<Record<string, string | readonly string[]>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Which of the two streams is a terminal. */
  readonly stdoutIsTTY?: boolean;
  readonly stderrIsTTY?: boolean;
  readonly columns?: number;
  readonly isStdoutTaken?: boolean;
}

/** What is written where from the start to the end of gates that have these results. */
async function reportOf(results: readonly JobResult[], where: Where = {}) {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written, isTTY: boolean, columns = 200) => ({
    isTTY,
    columns,
    write: (text: string) => {
      written[name] += text.replaceAll('\u001b', '<ESC>');
    },
  });
  const { options = {}, env = {}, stdoutIsTTY = false, stderrIsTTY = false, isStdoutTaken = false } = where;
  const given = Object.entries({ url: 'https://a.example', ...options }).map(
    ([name, values]) => [name, [values].flat().map((value) => ({ name, value }))] as const,
  );
  const streams: object = {
    stdout: stream('stdout', stdoutIsTTY),
    stderr: stream('stderr', stderrIsTTY, where.columns),
  };
  const plan = makePlan(new Map(given), {});
  const reporter = await chooseReporter({
    ...(streams as { stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream }),
    plan,
    env,
    isStdoutTaken,
  });
  reporter.start();
  reporter.progress(0, NO_PROGRESS);
  reporter.end(results.map((result) => ({ result, progress: NO_PROGRESS })));
  reporter.note('a note', false);
  reporter.note('a warning', true);
  reporter.stop('the end');
  return written;
}

describe('a log', () => {
  it('has its progress on standard error, and the result alone on standard output', async () => {
    const { stdout, stderr } = await reportOf([QUIET]);
    expect(stdout).toMatch(/^\S+Z quiet: green light, .*; the deploy goes ahead\n$/);
    expect(stderr.replaceAll(/^\S+Z /gm, '')).toBe(
      'asking https://a.example every 20s, for 30m at most\na note\na warning\nthe end\n',
    );
  });

  it('leaves standard output alone where that is taken', async () => {
    const { stdout, stderr } = await reportOf([QUIET], { isStdoutTaken: true });
    expect(stdout).toBe('');
    expect(stderr).toMatch(/Z quiet: green light, /);
  });

  it.each<[Where]>([
    [{ stderrIsTTY: false, stdoutIsTTY: true }],
    [{ stderrIsTTY: true, env: { TERM: 'dumb' } }],
    [{ stderrIsTTY: true, env: { CI: 'true' } }],
    [{ stderrIsTTY: true, env: { CI: '1' } }],
  ])('is what nobody looks at as it is drawn: %j', async (where) => {
    const { stderr } = await reportOf([QUIET], where);
    expect(stderr).toMatch(/^\S+Z asking /);
    expect(stderr).not.toContain(CLEAR);
  });
});

describe('a terminal', () => {
  const GREEN = /^<ESC>\[32[m]quiet: [^\n]*<ESC>\[39m\n$/;
  const terminal = { stderrIsTTY: true, stdoutIsTTY: true };

  it.each([[{}], [{ CI: '' }], [{ CI: 'false' }]])('is drawn on: %j', async (env: Record<string, string>) => {
    const { stdout, stderr } = await reportOf([QUIET], { ...terminal, env });
    expect(stderr.startsWith(`${CLEAR}⠋ asking https://a.example · 0s of 30m ░`)).toBe(true);
    expect(stdout).toMatch(GREEN);
  });

  it.each<[columns: number, start: string]>([
    [0, '⠋ asking https://a.example · 0s of 30m ░░░░░░░░░░░░░░░░'],
    [56, '⠋ asking https://a.example · 0s of 30m ░░░░░░░░░░░░░░░░'],
    [55, '⠋ asking https://a.example · 0s of 30m'],
  ])('that says it has %i columns is drawn on within its width', async (columns, start) => {
    const { stderr } = await reportOf([QUIET], { ...terminal, columns });
    expect(stderr.split(CLEAR)[1]).toBe(start);
  });

  it('shows any other outcome in yellow', async () => {
    const { stdout } = await reportOf([MISSING], terminal);
    expect(stdout).toMatch(/^<ESC>\[33[m]failed-open [^\n]*<ESC>\[39m\n$/);
  });

  it.each<[Where, boolean]>([
    [{ ...terminal, env: { NO_COLOR: '1' } }, false],
    [{ ...terminal, env: { NO_COLOR: '' } }, true],
    [{ stderrIsTTY: true }, false],
    [{ stderrIsTTY: true, isStdoutTaken: true }, true],
  ])('is painted on where it shows the result, and colour is wanted: %j', async (where, isPainted) => {
    const { stdout, stderr } = await reportOf([QUIET], where);
    expect((stdout + stderr).includes('<ESC>[32m')).toBe(isPainted);
  });
});

describe('--silent', () => {
  const silent = { options: { silent: 'true' } };
  const cordoned = { silent: 'true', cordon: 'true', 'cordon-token': TOKEN };

  it('says nothing of a green light but warnings', async () => {
    expect(await reportOf([QUIET], silent)).toEqual({ stdout: '', stderr: 'a warning\n' });
  });

  it('says what any other outcome is on standard error, without advice', async () => {
    const { stdout, stderr } = await reportOf([MISSING], silent);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^failed-open \(not-found\): [^\n]*; the deploy goes ahead\na warning\n$/);
  });

  it('says so of each where one of several is green', async () => {
    const url = ['https://a.example', 'https://b.example'];
    const { stderr } = await reportOf([QUIET, MISSING], { options: { ...cordoned, url } });
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^failed-open: 1 of 2 servers /),
      expect.stringMatching(/^https:\/\/a\.example: quiet: /),
      expect.stringMatching(/^https:\/\/b\.example: failed-open \(not-found\): /),
      'a warning',
      '',
    ]);
  });

  it('says why a green light is none', async () => {
    const cordon = { holder: 'me', up: false, message: 'answered 401' } as const;
    const down = await reportOf([{ ...QUIET, cordon }], { options: cordoned });
    expect(down.stderr).toMatch(
      /^quiet: [^\n]*\ncordon not up: new runs are NOT blocked: answered 401\na warning\n$/,
    );
    const { stderr } = await reportOf([{ ...QUIET, unknown: 1 }], silent);
    expect(stderr).toMatch(/^quiet: [^\n]*\n1 run with a status [^\n]* is not counted: [^\n]*\na warning\n$/);
  });

  it('is an annotation on GitHub Actions', async () => {
    const { stderr } = await reportOf([MISSING], { ...silent, env: { GITHUB_ACTIONS: 'true' } });
    expect(stderr).toMatch(/^::warning title=quietgate::failed-open [^\n]*%0A[^\n]*\na warning\n$/);
  });
});

describe('GITHUB_ACTIONS', () => {
  it('gives all of it to the stream of the result, as one group and an annotation', async () => {
    const { stdout, stderr } = await reportOf([QUIET], {
      env: { GITHUB_ACTIONS: 'true' },
      stderrIsTTY: true,
    });
    expect(stderr).toBe('');
    expect(stdout.replaceAll(/^\S+Z /gm, '').split('\n')).toEqual([
      '::group::quietgate: waiting for quiet',
      'asking https://a.example every 20s, for 30m at most',
      '::endgroup::',
      expect.stringMatching(/^::notice title=quietgate::quiet: green light, .*; the deploy goes ahead$/),
      'a note',
      '::warning title=quietgate::a warning',
      'the end',
      '::endgroup::',
      '',
    ]);
  });

  it.each(['', 'false', '1'])('is not assumed where it is %j', async (value) => {
    const { stdout } = await reportOf([QUIET], { env: { GITHUB_ACTIONS: value } });
    expect(stdout).toMatch(/^\S+Z quiet: /);
  });

  it('warns of the default URL', async () => {
    const env = { GITHUB_ACTIONS: 'true' };
    const { stdout } = await reportOf([QUIET], { env, options: { url: [] } });
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      '::warning title=quietgate::asking https://console.openova.io: the default URL, since none was given',
      '::group::quietgate: waiting for quiet',
    ]);
  });

  it.each<[failOn: string, level: string]>([
    ['timed-out', 'warning'],
    ['failed-open', 'error'],
  ])('shows what fails open with --fail-on %s as %s', async (failOn, level) => {
    const { stdout } = await reportOf([MISSING], {
      env: { GITHUB_ACTIONS: 'true' },
      options: { 'fail-on': failOn },
    });
    expect(stdout).toContain(`\n::${level} title=quietgate::failed-open (not-found): `);
  });
});
