import { describe, expect, it } from 'vitest';
import { endpoint, inFlight, text } from '@quietgate/testkit/endpoint';
import { runMain, startHeld } from './support/run-main.ts';

const ACTIONS = { GITHUB_ACTIONS: 'true' };
const QUICK = ['--interval', '20ms', '--retries', '0'];

/** What a server may send as an id, and what the log makes of it, byte for byte. */
const HOSTILE: [id: string, shown: string][] = [
  ['\n::error::owned', String.raw`\u{a}::error::owned`],
  ['::error::owned', ': :error::owned'],
  [' \t::stop-commands::x', String.raw`\u{9}::stop-commands::x`],
  ['a\r\n##[error]owned', String.raw`a\u{d}\u{a}# #[error]owned`],
  ['##vso[task.complete]', '# #vso[task.complete]'],
  ['\u001b[2J\u001b[31mred\u0007', String.raw`\u{1b}[2J\u{1b}[31mred\u{7}`],
  ['\u009b31mred', String.raw`\u{9b}31mred`],
  ['a\u0085b\u2028c\u2029d', String.raw`a\u{85}b\u{2028}c\u{2029}d`],
  ['\u202eevil\u202c', String.raw`\u{202e}evil\u{202c}`],
  ['\u200ehidden\u200b\ufeff', String.raw`\u{200e}hidden\u{200b}\u{feff}`],
  ['x'.repeat(10_000), `${'x'.repeat(63)}…`],
  ['50%0A::error::', '50%0A::error::'],
];

describe.each(HOSTILE)('the id %j', (id, shown) => {
  it('is one harmless line in a log', async () => {
    const { url } = await endpoint(inFlight(1, [id]), inFlight(0));
    const { stdout, stderr } = await runMain([url, ...QUICK]);
    const lines = stderr.split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain(` 1 in flight: ${shown} (waited `);
    expect(stdout.split('\n')).toHaveLength(2);
  });

  it('is one harmless line on GitHub Actions, in the log and in the warning', async () => {
    const { url } = await endpoint(inFlight(1, [id]));
    const { saw, advance, ended } = startHeld([url, '--interval', '1h'], ACTIONS);
    await saw(' 1 in flight: ');
    await advance(30 * 60_000);
    const { stdout } = await ended;
    const commands = stdout.split('\n').filter((line) => /^\s*::|##/.test(line));
    expect(commands).toEqual([
      '::group::quietgate: waiting for quiet',
      '::endgroup::',
      `::warning title=quietgate::timed-out: maximum wait of 30m reached, last seen 1 in flight: ${shown.replaceAll('%', '%25')} (waited 30m, 1 check); ` +
        'the deploy goes ahead%0AA run may be stuck: look at what was in flight. Raise max-wait if runs take longer than that.',
    ]);
  });

  it('comes through --json unchanged, as plain ASCII that is no command', async () => {
    const { url } = await endpoint(inFlight(1, [id]), text(404));
    const { stdout } = await runMain([url, ...QUICK, '--json'], ACTIONS);
    expect(stdout).toMatch(/^\{[ -~]*\}\n$/);
    expect(stdout).not.toContain('##');
    expect(JSON.parse(stdout)).toMatchObject({ lastSeen: { count: 1, ids: [id] } });
  });
});

it('shows five ids, and how many more there are', async () => {
  const { url } = await endpoint(inFlight(1000), inFlight(0));
  const { stderr } = await runMain([url, ...QUICK]);
  expect(stderr).toContain(' 1000 in flight: run-1, run-10, run-100, run-1000, run-101 and 995 more (');
});

it('quotes a hostile body harmlessly', async () => {
  const { url } = await endpoint(text(200, '\n::error::\u001b[2J\u202e##[error]'));
  const { stdout } = await runMain([url, ...QUICK]);
  expect(stdout.trimEnd()).toMatch(/^\S+Z failed-open \(invalid-response\): [\u0020-\u007e…]*$/);
  expect(stdout).not.toContain('##[');
});

it('names the end of a redirect without its credentials and its query', async () => {
  const login = await endpoint(text(200, '<html>'));
  const location = `${login.url}/%0A%3A%3Aerror::/login?token=s3cret`;
  const { url } = await endpoint(text(302, '', { location }));
  const { stdout, stderr } = await runMain([url, ...QUICK]);
  expect(stdout).toContain(
    `(redirected to ${login.url}/%0A%3A%3Aerror::/login), but not with an in-flight count`,
  );
  expect(stdout + stderr).not.toContain('s3cret');
});
