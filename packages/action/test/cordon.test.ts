import { describe, expect, it } from 'vitest';
import { cordonedServer, TOKEN } from '@quietgate/job/test/cordoned-server';
import { inFlight, text } from '@quietgate/testkit/endpoint';
import { runPost, runPostProcess, runStep, startProcess } from './support/run-action.ts';

const CORDON = { cordon: 'true', 'cordon-token': TOKEN };

it('raises the cordon, and leaves the lease to the rollout after the job', async () => {
  const server = await cordonedServer({ count: [inFlight(0)] });
  const inputs = { ...CORDON, url: server.url, lease: '5m' };
  const { status, stdout, summary, state } = await runStep(inputs);
  const [holder = ''] = server.holders();
  expect(status).toBe(0);
  expect(stdout).toContain(`cordon up: new runs are blocked by a lease of 5m at most, held by ${holder} (`);
  expect(stdout).toMatch(/\n::notice title=quietgate::quiet: .*%0Acordon up: new runs are blocked until /);
  expect(summary).toContain('cordon up&#58; new runs are blocked until ');
  const { stdout: atEnd } = await runPost(inputs, state);
  expect(atEnd).toBe('');
  expect(server.holders()).toEqual([holder]);
  expect(stdout + summary + JSON.stringify(state)).not.toContain(TOKEN);
});

it('lifts the lease at the end of a job that waits for the rollout', async () => {
  const server = await cordonedServer({ count: [inFlight(0)] });
  const inputs = { ...CORDON, url: server.url, uncordon: 'job-end' };
  const { state } = await runStep(inputs);
  const [holder = ''] = server.holders();
  expect(holder).not.toBe('');
  const { status, stdout, stderr } = await runPost(inputs, state);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toBe(`lease of ${holder} released; cordon down: new runs may start\n`);
  expect(server.holders()).toEqual([]);
});

it('lifts the lease whatever inputs and variables there are at the end, the token aside', async () => {
  const server = await cordonedServer({ count: [inFlight(0)] });
  const { state } = await runStep({ ...CORDON, url: server.url, uncordon: 'job-end' });
  const wrong = { url: 'nowhere', cordon: 'maybe', uncordon: 'never', retries: 'many', header: 'none' };
  const { stdout } = await runPost({ ...wrong, 'cordon-token': TOKEN }, state, {
    CATALYST_API_URL: 'nowhere',
  });
  expect(stdout).toMatch(/^input header takes one header, .*\nlease of \S+ released; cordon down: .*\n$/);
  expect(server.holders()).toEqual([]);
});

it('lifts the leases of the other servers where one of them cannot be asked', async () => {
  const server = await cordonedServer({ count: [inFlight(0)] });
  const { state } = await runStep({ ...CORDON, url: server.url, uncordon: 'job-end' });
  const urls = JSON.stringify(['nowhere', server.url]);
  const { status, stdout } = await runPost(CORDON, { ...state, urls });
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^::warning::url takes an absolute http or https URL, .*\nlease of \S+ released; .*\n$/,
  );
  expect(server.holders()).toEqual([]);
});

it('lifts the lease of a job that was killed while it waited', async () => {
  const server = await cordonedServer({ count: [inFlight(1)] });
  const inputs = { ...CORDON, url: server.url };
  const { running, ended } = startProcess(inputs);
  await running.saw('1 in flight');
  running.kill('SIGKILL');
  const { state } = await ended;
  expect(server.holders()).toHaveLength(1);
  await runPostProcess(inputs, state);
  expect(server.holders()).toEqual([]);
});

it('lifts the lease at once when fail-on stops the deploy', async () => {
  const missing = await cordonedServer({ count: [text(404)] });
  const { status, stdout } = await runStep({ ...CORDON, url: missing.url, 'fail-on': 'failed-open' });
  expect(status).toBe(1);
  expect(stdout).toMatch(/\n\S+Z lease of \S+ released\n$/);
  expect(missing.holders()).toEqual([]);
});

it('only warns at the end when the lease cannot be lifted', async () => {
  const server = await cordonedServer({ count: [inFlight(0)], lift: text(401) });
  const inputs = { ...CORDON, url: server.url, uncordon: 'job-end' };
  const { state } = await runStep(inputs);
  const { status, stdout } = await runPost(inputs, state);
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^::warning::lease of \S+ not released, and may last until expiry: the cordon at \S+ answered 401.*\n$/,
  );
  expect(stdout).not.toContain(TOKEN);
});

it('does nothing at the end of a job whose step could not note its holder', async () => {
  const server = await cordonedServer({ count: [] });
  const state = { urls: JSON.stringify([server.url]) };
  expect(await runPost({ 'cordon-token': TOKEN }, state)).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(server.asked).toEqual([]);
});

it('does nothing at the end of a job without a cordon', async () => {
  const server = await cordonedServer({ count: [inFlight(0)] });
  const { state } = await runStep({ url: server.url });
  expect(state).toEqual({});
  expect(await runPost({ url: server.url }, state)).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(server.asked).toEqual(['count']);
});

describe('wrong usage', () => {
  it.each<[inputs: Record<string, string>, message: string]>([
    [
      { url: 'https://a.example', cordon: 'true' },
      "a cordon needs the server's token: CORDON_TOKEN or CORDON_TOKEN_FILE, or the input cordon-token",
    ],
    [CORDON, 'a cordon needs a URL: the token goes to no default'],
    [
      { url: 'https://a.example', cordon: 'true', 'cordon-token': 's3cret' },
      'input cordon-token must have 16 characters or more',
    ],
    [
      { url: 'https://a.example', uncordon: 'always' },
      'input uncordon takes job-end, or nothing, got "always"',
    ],
    [{ url: 'https://a.example', cordon: 'yes' }, 'input cordon takes true or false, got "yes"'],
  ])('%j', async (inputs, message) => {
    const { status, stdout } = await runStep(inputs);
    expect(status).toBe(1);
    expect(stdout).toContain(`::error::wrong usage: ${message}`);
    expect(stdout).not.toContain('s3cret');
  });
});
