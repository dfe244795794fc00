import { expect, it } from 'vitest';
import { endpoint, inFlight } from '@quietgate/testkit/endpoint';
import { type Env } from '@quietgate/testkit/processes';
import { runMain } from './support/run-main.ts';

it.each<[args: string[], message: string, env?: Env]>([
  [['--interval', 'abc'], '--interval takes a duration, as in 1500ms, 20s or 30m, got "abc"'],
  [['--interval', '20 s'], '--interval takes a duration, as in 1500ms, 20s or 30m, got "20 s"'],
  [['--interval='], '--interval takes a duration, as in 1500ms, 20s or 30m, got nothing'],
  [['--max-wait'], '--max-wait takes a duration, as in 1500ms, 20s or 30m, got nothing'],
  [['--max-wait', '--json'], '--max-wait takes a duration, as in 1500ms, 20s or 30m, got "--json"'],
  [['--max-wait', '0s'], '--max-wait must be from 1ms to 2147483647ms (24 days), got "0s"'],
  [['--max-wait', '600h'], '--max-wait must be from 1ms to 2147483647ms (24 days), got "600h"'],
  [['--request-timeout', '1d'], '--request-timeout takes a duration, as in 1500ms, 20s or 30m, got "1d"'],
  [['--quiet-for=-1s'], '--quiet-for takes a duration, as in 1500ms, 20s or 30m, got "-1s"'],
  [
    ['--interval', 'abc', '--interval', '20s'],
    '--interval takes a duration, as in 1500ms, 20s or 30m, got "abc"',
  ],
  [['--quiet-for', '30m'], '--quiet-for must be below --max-wait, or the light could never turn green'],
  [
    ['--max-wait', '1m', '--quiet-for', '90'],
    '--quiet-for must be below --max-wait, or the light could never turn green',
  ],
  [
    ['--quiet-for', '64.1s', '--max-wait', '64100ms'],
    '--quiet-for must be below --max-wait, or the light could never turn green',
  ],
  [
    ['--path', 'in-flight'],
    '--path takes a path as it stands in a URL, with a slash first and without a query, got "in-flight"',
  ],
  [
    ['--path', '/in-flight?token=s3cret'],
    '--path takes a path as it stands in a URL, with a slash first and without a query, got "/in-flight?…"',
  ],
  [['--retries', '1.5'], '--retries takes an integer from 0 to 100, got "1.5"'],
  [['--retries', '101'], '--retries takes an integer from 0 to 100, got "101"'],
  [['--on-unavailable', 'stop'], '--on-unavailable takes proceed, wait or wait-when-busy, got "stop"'],
  [
    ['--fail-on', 'quiet'],
    '--fail-on takes timed-out, failed-open or uncordoned, or several separated by commas, got "quiet"',
  ],
  [
    ['--fail-on', ','],
    '--fail-on takes timed-out, failed-open or uncordoned, or several separated by commas, got ","',
  ],
  [
    ['--fail-on='],
    '--fail-on takes timed-out, failed-open or uncordoned, or several separated by commas, got nothing',
  ],
  [['--json=yes'], '--json takes no value'],
  [['--no-json'], 'there is no option "--no-json": did you mean --json?'],
  [['--intervall', '20s'], 'there is no option "--intervall": did you mean --interval?'],
  [['--maxwait', '1h'], 'there is no option "--maxwait": did you mean --max-wait?'],
  [['-x'], 'there is no option "-x"'],
  [['--url', 'https://b.example'], 'there is no option "--url": did you mean --all?'],
  [['--cordon-token=x'], 'there is no option "--cordon-token": did you mean --cordon?'],
  [['https://b.example', 'https://b.example/'], '[url] is given twice with the same URL'],
  [['--'], '-- needs a command behind it'],
  [['--json', '--', 'true'], "--json cannot go with a command: standard output is the command's"],
  [['--keep-lease', '--', 'true'], '--keep-lease needs --cordon'],
  [
    ['--cordon', '--keep-lease'],
    '--keep-lease needs a command behind --',
    { CORDON_TOKEN: 's3cret-token-of-the-cordon' },
  ],
  [['--header', '-h'], "--header takes one header, as in 'Name: value' (what it got is not shown)"],
  [['--retries', '--help'], '--retries takes an integer from 0 to 100, got "--help"'],
  [['--header'], "--header takes one header, as in 'Name: value' (what it got is not shown)"],
  [[], 'POLL_INTERVAL_SECONDS takes plain seconds, as in 20, got "20s"', { POLL_INTERVAL_SECONDS: '20s' }],
  [
    [],
    'MAX_WAIT_SECONDS must be from 0.001 to 2147483.647 seconds (24 days), got "0"',
    { MAX_WAIT_SECONDS: '0' },
  ],
  [
    [],
    'http_proxy takes an http or https proxy, as in http://proxy.example.com:3128',
    { http_proxy: 'ftp://p' },
  ],
])('%j', async (args, message, env) => {
  const { url, requests } = await endpoint(inFlight(0));
  expect(await runMain([url, ...args], env)).toEqual({
    status: 2,
    stdout: '',
    stderr: `quietgate: ${message}\nTry 'quietgate --help'.\n`,
  });
  expect(requests).toHaveLength(0);
});

it.each([
  'console.openova.io',
  'console:8080/api',
  'ftp://console.openova.io',
  '/path',
  'localhost',
  'status.example',
  'wait',
])('[url] %j', async (url) => {
  const { status, stdout, stderr } = await runMain([url]);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain(
    `quietgate: [url] takes an absolute http or https URL, as in https://console.openova.io, got "${url}"\n`,
  );
});

it.each([
  ['stats', 'status'],
  ['uncordoned', 'uncordon'],
  ['Until', 'until'],
  ['release', 'uncordon'],
  ['Lift', 'uncordon'],
  ['unlock', 'uncordon'],
])('%j is nearly the command %s', async (word, command) => {
  const { status, stdout, stderr } = await runMain([word, 'x', '--all']);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain(`quietgate: there is no command "${word}": did you mean ${command}?\n`);
});

it.each([
  [['status', 'https://a.example', 'https://b.example'], 'status takes [url], got 2 arguments'],
  [['until', 'https://a.example', 'v1', 'v2'], 'until takes [url] and [text], got 3 arguments'],
  [
    ['s3cret', '--header', 'X-Token:'],
    '[url] takes an absolute http or https URL, as in https://console.openova.io (what it got is not shown; a header needs quotes around it)',
  ],
])('%j', async (args, message) => {
  const { status, stderr } = await runMain(args);
  expect([status, stderr]).toEqual([2, `quietgate: ${message}\nTry 'quietgate --help'.\n`]);
});

it('a command may stand behind -- alone', async () => {
  const { url } = await endpoint(inFlight(0));
  const ended = await runMain(['--', 'sh', '-c', 'exit 7'], { CATALYST_API_URL: url });
  expect(ended.status).toBe(7);
});

it('[url] may not be the whole URL of the endpoint: its path would be there twice', async () => {
  const { url, requests } = await endpoint(inFlight(0));
  const { status, stderr } = await runMain([`${url}/prefix/api/v1/deployments/in-flight-count`]);
  expect([status, requests.length]).toEqual([2, 0]);
  expect(stderr).toContain(
    'quietgate: [url] takes the URL without /api/v1/deployments/in-flight-count, which is added to it\n',
  );
});

it.each(['', '/', '//'])('[url] may not be the whole URL of the endpoint with %j at its end', async (end) => {
  const { url, requests } = await endpoint(inFlight(0));
  const whole = await runMain([`${url}/api/v1/deployments/in-flight-count${end}`]);
  const own = await runMain([`${url}/in-flight${end}`, '--path', '/in-flight']);
  expect([whole.status, own.status, requests.length]).toEqual([2, 2, 0]);
});

it.each([
  'console.example.com?token=s3cret',
  'htps://console.example.com/#token=s3cret',
  '//console.example.com/#s3cret',
  '#s3cret',
  'console.example.com/;a?b#token=s3cret',
])('[url] %s is refused without its query and its fragment', async (url) => {
  const { status, stdout, stderr } = await runMain([url]);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain('[url] takes an absolute http or https URL');
  expect(stderr).not.toContain('s3cret');
});

it('names the variable that holds a wrong URL', async () => {
  const { status, stderr } = await runMain([], { CATALYST_API_URL: 'console' });
  expect(status).toBe(2);
  expect(stderr).toContain('CATALYST_API_URL takes an absolute http or https URL');
});

it.each([
  'Connection',
  'content-length',
  'Expect',
  'Keep-Alive',
  'TE',
  'Trailer',
  'Transfer-Encoding',
  'upgrade',
])('a header %s that fetch cannot send', async (name) => {
  const { url, requests } = await endpoint(inFlight(0));
  const { status, stdout, stderr } = await runMain([url, '--header', `${name}: s3cret`]);
  expect([status, stdout, requests.length]).toEqual([2, '', 0]);
  expect(stderr).toContain(`quietgate: --header takes no "${name}": it belongs to the connection`);
  expect(stderr).not.toContain('s3cret');
});

it("a header Prefer, which is the gate's own", async () => {
  const { status, stderr } = await runMain(['--header', 'Prefer: wait=3']);
  expect(status).toBe(2);
  expect(stderr).toContain('--header takes no "Prefer": the gate sets it, to ask for a long poll\n');
});

it('a header for the proxy, though there is one', async () => {
  const { url, requests } = await endpoint(inFlight(0));
  const args = [url, '--header', 'Proxy-Authorization: Basic s3cret'];
  const { status, stderr } = await runMain(args, { http_proxy: url });
  expect([status, requests.length]).toEqual([2, 0]);
  expect(stderr).toContain(
    '--header takes no "Proxy-Authorization": it is for a proxy, whose credentials belong in its URL\n',
  );
  expect(stderr).not.toContain('s3cret');
});

it.each<[args: string[], env?: Env]>([
  [['https://user:s3cret@console.openova.io']],
  [['user:s3cret@console.openova.io']],
  [['https://console.openova.io', 'https://user:s3cret@console.openova.io']],
  [['--interval', 'https://user:s3cret@console.openova.io']],
  [['--url=https://user:s3cret@console.openova.io']],
  [['--header', 'X-Token s3cret']],
  [['--header', 'X Token: s3cret']],
  [['--header', 'X-Token: s3cret\r\nX-Other: 1']],
  [['--header', ': s3cret']],
  [['--header', 'X-Token: s3cret\u0001']],
  [['--header', 'X-Token: \u007fs3cret']],
  [['--header', 'X-Token:', 's3cret']],
  [['s3cret', '--header', 'X-Token:']],
  [['http://user:s3cret%40h']],
  [['https://user:s3cret']],
  [['https://user:s3cret:console.openova.io']],
  [['user%3As3cret']],
  [['user:1s3cret']],
  [['--interval', 'user:s3cret']],
  [[], { CATALYST_API_URL: 'https://user:s3cret' }],
  [[], { CATALYST_API_URL: 'https://user:s3cret@console.openova.io' }],
  [[], { https_proxy: 'socks5://user:s3cret@proxy:1080' }],
  [['status'], { https_proxy: 'socks5://user:s3cret@proxy:1080' }],
  [
    ['uncordon', 'https://console.openova.io', '--all'],
    { https_proxy: 'socks5://user:s3cret@proxy:1080', CORDON_TOKEN: 'a-token-of-the-server' },
  ],
])('%j never repeats a secret', async (args, env) => {
  const { status, stdout, stderr } = await runMain(args, env);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^quietgate: \S/);
  expect(stderr).not.toContain('s3cret');
});

it('makes what it repeats safe for a log', async () => {
  const { stderr } = await runMain(['--interval', '\n##[error]\u001b[2J']);
  expect(stderr).toContain(String.raw`got "\u{a}# #[error]\u{1b}[2J"`);
});

it('is an error annotation on GitHub Actions', async () => {
  const { status, stdout, stderr } = await runMain(['--retries', '100%'], { GITHUB_ACTIONS: 'true' });
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toBe(
    '::error title=quietgate%3A wrong usage::--retries takes an integer from 0 to 100, got "100%25"\n',
  );
});
