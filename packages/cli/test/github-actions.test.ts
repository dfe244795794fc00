import { expect, it } from 'vitest';
import { endpoint, inFlight, text } from '@quietgate/testkit/endpoint';
import { runMain } from './support/run-main.ts';

const ACTIONS = { GITHUB_ACTIONS: 'true' };

it('puts the log in a group and announces a green light', async () => {
  const { url } = await endpoint(inFlight(1), inFlight(0));
  const { status, stdout, stderr } = await runMain([url, '--interval', '20ms'], ACTIONS);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout.split('\n')).toEqual([
    '::group::quietgate: waiting for quiet',
    expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ asking http/),
    expect.stringMatching(/^\S+Z 1 in flight: run-1 /),
    '::endgroup::',
    expect.stringMatching(
      /^::notice title=quietgate::quiet: green light, nothing in flight at http:\S+ \(waited \d+ms, 2 checks\); the deploy goes ahead$/,
    ),
    '',
  ]);
});

it('warns of runs that nobody can judge, beside the green light', async () => {
  const { url } = await endpoint(text(200, '{"count":0,"ids":[]}', { 'quietgate-unknown': '2' }));
  const { status, stdout } = await runMain([url], ACTIONS);
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /\n::warning title=quietgate::quiet: green light, .*; the deploy goes ahead%0A2 runs with a status that the server does not know are not counted: .*\n$/,
  );
  const { stdout: result, stderr } = await runMain([url, '--json']);
  expect(JSON.parse(result)).toMatchObject({ outcome: 'quiet', unknown: 2 });
  expect(stderr).toMatch(/ 2 runs with a status that the server does not know are not counted: .*\n$/);
});

it('warns with the reason and what to do when it fails open', async () => {
  const { url } = await endpoint(text(404));
  const { status, stdout } = await runMain([url], ACTIONS);
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /\n::warning title=quietgate::failed-open \(not-found\): .* answered 404: .*; the deploy goes ahead%0AExpected until .*\n$/,
  );
});

it('makes an outcome that stops the deploy an error', async () => {
  const { url } = await endpoint(text(404));
  const { status, stdout } = await runMain([url, '--fail-on', 'failed-open'], ACTIONS);
  expect(status).toBe(1);
  expect(stdout).toMatch(
    /\n::error title=quietgate::failed-open \(not-found\): .*; fail-on stops the deploy%0A/,
  );
});

it('leaves standard output to --json', async () => {
  const { url } = await endpoint(inFlight(0));
  const { stdout, stderr } = await runMain([url, '--json'], ACTIONS);
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'quiet' });
  expect(stderr).toMatch(/^::group::[^]*::endgroup::\n::notice /);
});

it('prints only warnings and errors when it is silent', async () => {
  const missing = await endpoint(text(404));
  const quiet = await endpoint(inFlight(0));
  expect((await runMain([missing.url, '--silent'], ACTIONS)).stderr).toMatch(
    /^::warning title=quietgate::.*\n$/,
  );
  expect(await runMain([quiet.url, '--silent'], ACTIONS)).toEqual({ status: 0, stdout: '', stderr: '' });
});

it.each(['', 'false', '1'])('is not assumed when GITHUB_ACTIONS is %j', async (value) => {
  const { url } = await endpoint(inFlight(0));
  expect((await runMain([url], { GITHUB_ACTIONS: value })).stdout).toMatch(/^\S+Z quiet: /);
});
