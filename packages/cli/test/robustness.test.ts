import { expect, it } from 'vitest';
import { endpoint, inFlight, silence } from './support/endpoint.ts';
import { type Ended, preload, runCli, startCli } from './support/run-cli.ts';

it('keeps the gate when the reader of its output has gone', async () => {
  const { url, requests } = await endpoint(inFlight(2), inFlight(1), inFlight(0));
  const { child, ended } = startCli([url, '--interval', '20ms', '--fail-on', 'timed-out,failed-open']);
  child.stdout.destroy();
  child.stderr.destroy();
  expect((await ended).status).toBe(0);
  expect(requests).toHaveLength(3);
});

it('writes a result of a megabyte whole, into a pipe that is read late', async () => {
  const ids = Array.from({ length: 1000 }, (_, index) => `${index}-${'é'.repeat(400)}`);
  const { url } = await endpoint(inFlight(1000, ids));
  const { stdout } = await runCli([url, '--json', '--silent', '--interval', '20ms', '--max-wait', '500ms']);
  expect(JSON.parse(stdout)).toMatchObject({ lastSeen: { count: 1000, ids } });
});

it('ends with the gate, whatever else would hold the process', async () => {
  // As a connection does that is still being made to a host that never answers.
  const { url } = await endpoint(inFlight(0));
  const { status } = await runWithDefect('setInterval(() => undefined, 1e9)', [url]);
  expect(status).toBe(0);
});

/** Makes a part of the runtime fail as a defect would. */
async function runWithDefect(defect: string, args: readonly string[]): Promise<Ended> {
  return runCli(args, preload(defect));
}

/** Sets off a defect once the gate has asked. */
function whenAsked(defect: string): string {
  return `const ask = fetch; globalThis.fetch = (...of) => { ${defect}; return ask(...of); };`;
}

it.each([
  ['in the gate', "performance.now = () => { throw new Error('no clock'); }"],
  ['in a timer', whenAsked("setTimeout(() => { throw new Error('no clock'); })")],
  ['in a promise', whenAsked("Promise.reject(new Error('no clock'))")],
  [
    'twice',
    whenAsked("for (const why of ['no clock', 'no more']) setTimeout(() => { throw new Error(why); })"),
  ],
  ['while it reads its arguments', "Array.prototype.slice = () => { throw new Error('no clock'); }"],
])('lets the deploy go, loudly, when it fails itself %s', async (_, defect) => {
  const { url } = await endpoint(silence);
  const { status, stdout, stderr } = await runWithDefect(defect, [url]);
  expect(status).toBe(0);
  expect(stdout + stderr).toContain('quietgate itself failed, please report it: no clock');
});

it('warns of its failure on GitHub Actions', async () => {
  const { url } = await endpoint(silence);
  const defect = `process.env.GITHUB_ACTIONS = 'true'; ${whenAsked("Promise.reject(new Error('no clock'))")}`;
  const { status, stdout, stderr } = await runWithDefect(defect, [url]);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(
    /^::group::.*\n.* asking .*\n::endgroup::\n::warning title=quietgate::failed-open .* no clock; the deploy goes ahead\n$/,
  );
});

it('stops the deploy when it fails itself, if --fail-on says so', async () => {
  const { url } = await endpoint(inFlight(0));
  const defect = "performance.now = () => { throw new Error('no clock'); }";
  const { status, stdout } = await runWithDefect(defect, [url, '--json', '--fail-on', 'failed-open']);
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    outcome: 'failed-open',
    message: expect.stringContaining('no clock') as string,
  });
});

it('says something at least once a minute', async () => {
  // A minute goes by in the twinkling of an eye.
  const fast = `
    const { now } = performance, every = setInterval;
    performance.now = () => now.call(performance) * 1000;
    globalThis.setInterval = (beat, ms) => every(beat, ms / 1000);`;
  const { url } = await endpoint(inFlight(1));
  const args = ['--interval', '100h', '--max-wait', '500h'];
  const { child, saw } = startCli([url, ...args], preload(fast));
  await saw(/(Z 1 in flight: run-1 \(waited [\dms ]+ of 500h\)\n[^]*){3}/);
  child.kill('SIGKILL');
});
