import { describe, expect, it } from 'vitest';
import { endpoint, inFlight, json, silence, text } from '@quietgate/testkit/endpoint';
import { runMain, startHeld } from './support/run-main.ts';

describe('quietgate until', () => {
  it('asks until a response contains the text', async () => {
    const { url, requests } = await endpoint(text(503), json({ version: 'v1' }), json({ version: 'v2' }));
    const { status, stdout, stderr } = await runMain(['until', `${url}/version`, 'v2', '--interval', '10ms']);
    expect([status, stdout]).toEqual([0, '']);
    expect(requests.map((request) => request.url)).toEqual(['/version', '/version', '/version']);
    expect(stderr.replaceAll(/^\S+Z /gm, '').split('\n')).toEqual([
      `asking ${url}/version every 10ms for "v2"`,
      expect.stringMatching(/^answered 503 \(waited .* of 30m\)$/),
      expect.stringMatching(/^answered 200 with "\{"version":"v1"\}" \(waited .* of 30m\)$/),
      expect.stringMatching(new RegExp(`^${url}/version has the text \\(waited .* of 30m\\)$`)),
      '',
    ]);
  });

  it('follows redirects, and sends the headers', async () => {
    const end = await endpoint(text(200, 'v2'));
    const { url, requests } = await endpoint(text(302, '', { location: end.url }));
    const { status } = await runMain(['until', url, 'v2', '--header', 'X-One: 1']);
    expect(status).toBe(0);
    expect(requests[0]?.headers['x-one']).toBe('1');
  });

  it.each([
    [
      'a body that is too long',
      text(200, `${'x'.repeat(1024 * 1024)}v2`),
      'answered 200 with more than 1048576 bytes',
    ],
    ['another status', text(503, 'v2'), 'answered 503'],
    ['white space around another text', text(200, '\n v1\n'), 'answered 200 with "v1" ('],
    ['silence', silence, 'no complete response within 50ms'],
  ])('is not satisfied by %s', async (_, answer, seen) => {
    const { url } = await endpoint(answer, text(200, 'v2'));
    const args = ['until', url, 'v2', '--interval', '10ms', '--request-timeout'];
    const { status, stderr } = await runMain([...args, answer === silence ? '50ms' : '10s']);
    expect(status).toBe(0);
    expect(stderr).toContain(seen);
  });

  it('exits 1 at the maximum wait, whatever the variables say, with what was seen last', async () => {
    const { url, asked } = await endpoint(inFlight(1));
    const env = {
      MAX_WAIT_SECONDS: '1',
      POLL_INTERVAL_SECONDS: '1',
      CATALYST_API_URL: 'nonsense',
    };
    const { saw, advance, ended } = startHeld(['until', url, 'v2', '--max-wait', '8s'], env);
    await saw('answered 200');
    await advance(5000);
    await asked(2);
    await advance(5000);
    const { status, stderr } = await ended;
    expect(status).toBe(1);
    expect(stderr).toMatch(/Z asking \S+ every 5s for "v2"\n/);
    expect(stderr).toMatch(/Z \S+ has not had the text: answered 200 with .* \(waited .* of 8s\)\n$/);
  });

  it.each([
    [['until', 'https://a.example', ''], '[text] takes a text, got nothing'],
    [['until', 'https://a.example'], 'until needs a URL and a text'],
    [['until', 'nonsense', 'v2'], '[url] takes an absolute http or https URL'],
    [['until', 'https://a.example', 'v2', '--cordon'], 'until takes no --cordon'],
    [['until', 'https://a.example', 'v2', '--', 'true'], 'until takes no command behind --'],
  ])('%j is wrong usage', async (args, message) => {
    const { status, stdout, stderr } = await runMain(args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`quietgate: ${message}`);
  });
});

describe('quietgate status', () => {
  it('--json is one object', async () => {
    const { url } = await endpoint(inFlight(2));
    const { status, stdout } = await runMain(['status', url, '--json']);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ url, count: 2, ids: ['run-1', 'run-2'] });
    const missing = await endpoint(text(404));
    const unknown = await runMain(['status', missing.url, '--json']);
    expect(unknown.status).toBe(3);
    expect(JSON.parse(unknown.stdout)).toMatchObject({ url: missing.url, reason: 'not-found', status: 404 });
  });

  it('names where a redirect led', async () => {
    const end = await endpoint(inFlight(0));
    const { url } = await endpoint(text(307, '', { location: `${end.url}/moved?token=s3cret` }));
    const { status, stdout } = await runMain(['status', url]);
    expect([status, stdout]).toEqual([
      0,
      `quiet: nothing in flight (${url}, redirected to ${end.url}/moved)\n`,
    ]);
  });
});
