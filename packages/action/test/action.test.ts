import { IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import { describe, expect, it } from 'vitest';
import { DEFECTS, HELD } from '@quietgate/testkit/defects';
import { endpoint, inFlight, silence, text } from '@quietgate/testkit/endpoint';
import { proxy } from '@quietgate/testkit/proxy';
import { runProcess, runStep, startStep } from './support/run-action.ts';

const QUICK = { interval: '20ms', retries: '0' };

describe('quiet', () => {
  it('passes with its outputs, a notice and a summary', async () => {
    const { url } = await endpoint(inFlight(2, ['t13', 't17']), inFlight(1, ['t17']), inFlight(0));
    const { status, stdout, stderr, outputs, summary } = await runStep({ ...QUICK, url });
    expect([status, stderr]).toEqual([0, '']);
    expect(outputs).toEqual({
      outcome: 'quiet',
      reason: '',
      count: '0',
      ids: '[]',
      polls: '3',
      'elapsed-ms': expect.stringMatching(/^\d+$/) as string,
    });
    expect(stdout).toMatch(
      /^::group::quietgate: waiting for quiet\n[^]* 2 in flight: t13, t17 [^]*\n::endgroup::\n/,
    );
    expect(stdout).toMatch(
      /\n::notice title=quietgate::quiet: green light, nothing in flight at http:\S+ \(waited .*, 3 checks\); the deploy goes ahead\n$/,
    );
    expect(summary).toMatch(/^### 🟢 Quietgate: quiet\n\nquiet&#58; green light, /);
    expect(summary).toMatch(/\n\| <code>t13<\/code> \| \d+m?s \|\n\| <code>t17<\/code> \| \d+m?s \|\n/);
    expect(summary).toMatch(/\n```mermaid\n%%.*\nxychart-beta\n[^]*\n {2}line \[2, [012, ]*0\]\n```\n$/);
  });

  it('names in its summary where a redirect led to the green light', async () => {
    const { url: end } = await endpoint(inFlight(0));
    const { url } = await endpoint(text(307, '', { location: `${end}/moved?token=s3cret#s3cret` }));
    const { stdout, summary } = await runStep({ url });
    const seen = summary.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
    expect(seen).toContain(
      `nothing in flight at ${url}${IN_FLIGHT_COUNT_PATH} (redirected to ${end}/moved) (waited `,
    );
    expect(stdout + seen).not.toContain('s3cret');
  });

  it('needs no input but the environment of existing workflows', async () => {
    const { url } = await endpoint(inFlight(1), inFlight(0));
    const env = { CATALYST_API_URL: url, POLL_INTERVAL_SECONDS: '0.02', MAX_WAIT_SECONDS: '60' };
    const { stdout, outputs } = await runStep({}, env);
    expect(outputs).toMatchObject({ outcome: 'quiet', polls: '2' });
    expect(stdout).toContain('every 20ms, for 1m at most');
  });
});

describe('timed-out', () => {
  const stuckUntilTheCap = async (inputs: Readonly<Record<string, string>>) => {
    const { url } = await endpoint(inFlight(2, ['t13', 't17']));
    const { running, ended } = startStep({ ...inputs, url, interval: '1h' }, {}, { isHeld: true });
    await running.saw(' 2 in flight: ');
    await running.advance(30 * 60_000);
    return ended;
  };

  it('passes with a warning, and says what was in flight', async () => {
    const { status, stdout, outputs, summary } = await stuckUntilTheCap({});
    expect(status).toBe(0);
    expect(outputs).toMatchObject({ outcome: 'timed-out', reason: '', count: '2', ids: '["t13","t17"]' });
    expect(stdout).toMatch(
      /\n::warning title=quietgate::timed-out: .*t13, t17 \(waited 30m, 1 check\); the deploy goes ahead%0AA run may be stuck/,
    );
    expect(summary).toMatch(/^### 🟡 Quietgate: timed-out\n/);
    expect(summary).toContain('**What to do:** A run may be stuck');
    expect(summary).toContain('| 30m, in flight when last seen |\n');
  });

  it('fails the step that says so', async () => {
    const { status, stdout, outputs, summary } = await stuckUntilTheCap({ 'fail-on': 'timed-out' });
    expect(status).toBe(1);
    expect(outputs['outcome']).toBe('timed-out');
    expect(stdout).toMatch(
      /\n::error title=quietgate::timed-out: .*; fail-on stops the deploy%0AA run may be stuck.*\n$/,
    );
    expect(summary).toMatch(/^### 🔴 Quietgate: timed-out\n/);
  });
});

describe('failed-open', () => {
  it('passes with a warning and its reason', async () => {
    const { url } = await endpoint(text(404));
    const { status, stdout, outputs, summary } = await runStep({ url });
    expect(status).toBe(0);
    expect(outputs).toMatchObject({
      outcome: 'failed-open',
      reason: 'not-found',
      count: '',
      ids: '[]',
      polls: '1',
    });
    expect(stdout).toContain('\n::warning title=quietgate::failed-open (not-found): ');
    expect(summary).toMatch(/^### 🟡 Quietgate: failed-open\n/);
    expect(summary).not.toContain('mermaid');
  });

  it('fails the step that says so', async () => {
    const { url } = await endpoint(text(200, '<html>'));
    const { status, outputs } = await runStep({ url, 'fail-on': 'timed-out,failed-open' });
    expect(status).toBe(1);
    expect(outputs).toMatchObject({ outcome: 'failed-open', reason: 'invalid-response' });
  });
});

describe('inputs', () => {
  it('header sends one header for each line', async () => {
    const { url, requests } = await endpoint(inFlight(0));
    await runStep({ url, header: 'Authorization: Bearer x\n  \nX-Two: 2\n' });
    expect(requests[0]?.headers).toMatchObject({ authorization: 'Bearer x', 'x-two': '2' });
  });

  it('are those of the action, and none of the command line', async () => {
    const { url } = await endpoint(inFlight(0));
    const { outputs } = await runStep({ url, json: 'nonsense', holder: '*' });
    expect(outputs['outcome']).toBe('quiet');
  });

  it('on-unavailable, quiet-for and request-timeout reach the gate', async () => {
    const { url, asked } = await endpoint(text(404), silence, inFlight(0));
    const more = { 'on-unavailable': 'wait', 'quiet-for': '20s', 'request-timeout': '2s', retries: '0' };
    const { running, ended } = startStep({ url, ...more }, {}, { isHeld: true });
    await running.saw('answered 404: there is no such endpoint (waited 0s of 30m); waiting anyway');
    await running.advance(20_000);
    await asked(2);
    await running.advance(2000);
    await running.saw('gave no complete answer within 2000 ms');
    await running.advance(20_000);
    await running.saw('nothing in flight, but not for 20s yet');
    await running.advance(20_000);
    expect((await ended).outputs).toMatchObject({ outcome: 'quiet', polls: '4', 'elapsed-ms': '62000' });
  });

  it('path and on-unavailable wait-when-busy reach the gate', async () => {
    const { url, requests } = await endpoint(inFlight(1), text(404), inFlight(0));
    const more = { path: '/in-flight', 'on-unavailable': 'wait-when-busy' };
    const { outputs } = await runStep({ ...QUICK, ...more, url });
    expect(outputs).toMatchObject({ outcome: 'quiet', polls: '3' });
    expect(requests[0]?.url).toMatch(/^\/in-flight\b/);
  });

  it('silent leaves only warnings and errors in the log, and the outputs as they are', async () => {
    const { url } = await endpoint(inFlight(0));
    const { stdout, stderr, outputs } = await runStep({ url, silent: 'True' });
    expect(stdout + stderr).toBe('');
    expect(outputs['outcome']).toBe('quiet');
  });

  it.each([
    [{ interval: '1d' }, 'input interval takes a duration, as in 1500ms, 20s or 30m, got "1d"'],
    [
      { 'fail-on': 'quiet' },
      'input fail-on takes timed-out, failed-open or uncordoned, or several separated by commas, got "quiet"',
    ],
    [{ silent: 'yes' }, 'input silent takes true or false, got "yes"'],
    [
      { url: 'https://u:s3cret@a.example' },
      'input url must not carry a user name or password: send credentials in a header',
    ],
    [
      { url: 'a.example?token=s3cret' },
      'input url takes an absolute http or https URL, as in https://console.openova.io, got "a.example?…"',
    ],
    [
      { url: 'htps://a.example/#token=s3cret' },
      'input url takes an absolute http or https URL, as in https://console.openova.io, got "htps://a.example/#…"',
    ],
    [
      { header: 'X-One: 1\nTransfer-Encoding: s3cret' },
      'input header takes no "Transfer-Encoding": it belongs to the connection',
    ],
    [{ header: 's3cret' }, "input header takes one header, as in 'Name: value' (what it got is not shown)"],
  ])('%j fail the step before any request', async (inputs, message) => {
    const { url, requests } = await endpoint(inFlight(0));
    const { status, stdout, summary } = await runStep({ url, ...inputs });
    expect([status, summary, requests.length]).toEqual([1, '', 0]);
    expect(stdout).toContain(`::error::wrong usage: ${message}`);
    expect(stdout).not.toContain('s3cret');
  });
});

it('goes through the proxy of the runner', async () => {
  const { url } = await endpoint(inFlight(0));
  const through = await proxy();
  const { outputs } = await runStep({ url }, { HTTP_PROXY: `http://${through.host}` });
  expect(outputs['outcome']).toBe('quiet');
  expect(through.requests).toHaveLength(1);
});

it('survives a runner without summaries', async () => {
  const { url } = await endpoint(inFlight(0));
  const { status, stdout, stderr, outputs } = await runStep({ url }, { GITHUB_STEP_SUMMARY: '' });
  expect([status, stderr, outputs['outcome']]).toEqual([0, '', 'quiet']);
  expect(stdout).toMatch(/\n::notice title=quietgate::quiet: [^\n]*\n$/);
  expect(stdout).not.toContain('::warning');
});

it('says so when its outputs cannot be written', async () => {
  const { url } = await endpoint(inFlight(0));
  const { status, stdout, summary } = await runStep({ url }, { GITHUB_OUTPUT: '/nowhere/output' });
  expect(status).toBe(0);
  expect(stdout).toContain('\n::notice title=quietgate::quiet: ');
  expect(stdout).toContain(
    '\n::warning::the outputs could not be written: Error: Missing file at path: /nowhere/output\n',
  );
  expect(summary).toContain('Quietgate: quiet');
});

it('is stopped at once when the job is cancelled', async () => {
  const { url } = await endpoint(inFlight(1));
  const { running, ended } = startStep({ url, interval: '1h' });
  await running.saw('1 in flight');
  running.kill('SIGINT');
  const { status, stdout } = await ended;
  expect(status).toBe(130);
  expect(stdout).toMatch(/ stopped by SIGINT, without a green light\n::endgroup::\n$/);
});

it('ends with the gate, whatever else would hold the process', async () => {
  const { url } = await endpoint(inFlight(0));
  const { status, outputs } = await runProcess({ url }, HELD);
  expect([status, outputs['outcome']]).toEqual([0, 'quiet']);
});

it.each(DEFECTS)('lets the deploy go, loudly and once, when it fails itself %s', async (_, env) => {
  const { url } = await endpoint(silence);
  const { status, stdout, stderr, outputs, summary } = await runProcess({ url }, env);
  expect([status, stderr]).toEqual([0, '']);
  expect(outputs).toMatchObject({ outcome: 'failed-open', reason: 'internal' });
  expect(stdout.split('quietgate itself failed, please report it: no clock')).toHaveLength(2);
  expect(summary.split('Quietgate: failed-open')).toHaveLength(2);
});

it('keeps hostile ids harmless everywhere', async () => {
  const ids = [
    '\n::error::x',
    '##[error]x',
    '</code><img src=x>',
    '| a | b |',
    '```\n# h',
    '\u202e',
    'x'.repeat(10_000),
  ];
  const { url } = await endpoint(inFlight(ids.length, ids), text(404));
  const { stdout, outputs, summary } = await runStep({ ...QUICK, url });
  const commands = stdout.split('\n').filter((line) => /^\s*::|##/.test(line));
  expect(commands.map((line) => line.split(/[ :]/)[2])).toEqual(['group', 'endgroup', 'warning']);
  expect(JSON.parse(outputs['ids'] ?? '')).toEqual(ids);
  const rows = summary.split('\n').filter((line) => line.startsWith('| <code>'));
  expect(rows).toHaveLength(ids.length);
  expect(rows[2]).toContain('&#60;&#47;code&#62;&#60;img src&#61;x&#62;');
});
