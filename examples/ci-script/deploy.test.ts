import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import { bundled } from '@quietgate/testkit/bundled';
import { endpoint, inFlight, nobody, type Respond, text } from '@quietgate/testkit/endpoint';
import { type HeldClock, heldClock } from '@quietgate/testkit/held-clock';
import { type Ended, type Env, type RunningProcess, start } from '@quietgate/testkit/processes';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const script = await bundled(path('deploy.ts'));

/** Runs the script against a server that answers in turn; its pauses take no time. */
async function run(
  args: string[],
  answers: Respond[],
  env: Env | ((url: string) => Env) = {},
): Promise<Ended & { readonly asked: number }> {
  const { url, requests } = await endpoint(...answers);
  const clock = await heldClock();
  const running = start(process.execPath, [script, ...args], {
    ...clock.env,
    CATALYST_API_URL: url,
    ...(typeof env === 'function' ? env(url) : env),
  });
  passPauses(running, clock);
  return { ...(await running.ended), asked: requests.length };
}

/** Lets as much time pass as the script says that it waits, each time that it says so. */
function passPauses({ child, ended }: RunningProcess, { advance }: HeldClock): void {
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const seconds = /on in (\d+) s$/.exec(line)?.[1];
    if (seconds !== undefined) void advance(Number(seconds) * 1000);
  });
  void ended.finally(() => {
    lines.close();
  });
}

/** Runs it with a manifest of its own. */
async function deploy(answers: Respond[], env: Env | ((url: string) => Env) = {}, tag = 'v2') {
  const folder = mkdtempSync(join(tmpdir(), 'quietgate-ci-script-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const manifest = join(folder, 'catalyst-api.yaml');
  copyFileSync(path('catalyst-api.yaml'), manifest);
  const ended = await run([tag, manifest], answers, env);
  return { ...ended, manifest: readFileSync(manifest, 'utf8') };
}

const OLD = readFileSync(path('catalyst-api.yaml'), 'utf8');
const NEW = OLD.replace('catalyst-api:v1', 'catalyst-api:v2');

it('bumps the tag, and nothing else, once it is quiet', async () => {
  const { status, stdout, manifest } = await deploy([inFlight(2), inFlight(1), inFlight(0)]);
  expect(stdout).toContain(
    'waiting ["run-1","run-2"], on in 20 s\nwaiting ["run-1"], on in 20 s\nquiet after 3 polls\n',
  );
  expect(status).toBe(0);
  expect(manifest).toBe(NEW);
  expect(NEW).not.toBe(OLD);
});

it('says of one poll that it was one', async () => {
  expect((await deploy([inFlight(0)])).stdout).toMatch(/^quiet after 1 poll\n/);
});

it('goes ahead where the endpoint has never been', async () => {
  const { status, stdout, manifest } = await deploy([text(404)]);
  expect(stdout).toMatch(/^failed-open \(not-found\) /);
  expect([status, manifest]).toEqual([0, NEW]);
});

it.each<[why: string, answers: Respond[], env: Env]>([
  ['the maximum wait was reached', [inFlight(1)], {}],
  ['the endpoint went away', [inFlight(1), text(404)], {}],
  ['FORCE was something else than 1', [inFlight(1), text(404)], { FORCE: 'no' }],
])('keeps its hands off a run that was in flight when %s', async (_, answers, env) => {
  const { status, stderr, manifest } = await deploy(answers, env);
  expect([status, manifest]).toEqual([1, OLD]);
  expect(stderr).toContain('not deployed');
});

it('is overruled by FORCE=1', async () => {
  const { status, manifest } = await deploy([inFlight(1), text(404)], { FORCE: '1' });
  expect([status, manifest]).toEqual([0, NEW]);
});

it('has nothing to do where the tag is in place already', async () => {
  const { status, stdout, stderr, manifest } = await deploy([inFlight(0)], {}, 'v1');
  expect([status, stderr, manifest]).toEqual([0, '', OLD]);
  expect(stdout).toMatch(/catalyst-api\.yaml was already at v1\n$/);
});

it('takes an empty CATALYST_API_URL for unset', async () => {
  const tellUrl = `globalThis.fetch = (url) => {
    console.log('asking ' + url);
    return Promise.resolve(Response.json({ count: 0, ids: [] }));
  }`;
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(tellUrl)}`;
  const { status, stdout } = await deploy([], { CATALYST_API_URL: '', NODE_OPTIONS });
  expect(stdout).toMatch(/^asking https:\/\/console\.openova\.io\/api\//);
  expect(status).toBe(0);
});

/** What the script leaves behind when it cannot do what it was asked: one line, and not a single request. */
const refused = (line: string) => ({ status: 2, stdout: '', stderr: `${line}\n`, asked: 0 });

it.each(['abc', '20s', '1e3', ' '])('refuses %j for seconds, and names the variable', async (value) => {
  const ended = await deploy([inFlight(0)], { MAX_WAIT_SECONDS: value });
  expect(ended).toEqual({ ...refused('MAX_WAIT_SECONDS takes seconds, as in 20'), manifest: OLD });
});

it.each<[env: Env, line: string]>([
  [{ MAX_WAIT_SECONDS: '0' }, 'maxWaitMs must be from 1 to 2147483647 milliseconds, got 0'],
  [
    { CATALYST_API_URL: 'nonsense' },
    'url must be an absolute http or https URL, such as https://api.example, got "nonsense"',
  ],
])('refuses %j in one line', async (env, line) => {
  expect(await deploy([inFlight(0)], env)).toEqual({ ...refused(line), manifest: OLD });
});

it('does nothing without a tag', async () => {
  expect(await run([], [inFlight(0)])).toEqual(refused('usage: deploy.ts <image tag> [manifest]'));
});

it.each(['', 'v2 ', 'v2\nkind: Secret', 'v2:latest', '$&'])('refuses %j for a tag', async (tag) => {
  const ended = await deploy([inFlight(0)], {}, tag);
  expect(ended).toEqual({ ...refused('usage: deploy.ts <image tag> [manifest]'), manifest: OLD });
});

it.each([
  ['is missing', '/nowhere/x.yaml', "ENOENT: no such file or directory, open '/nowhere/x.yaml'"],
  ['is of something else', path('package.json'), `${path('package.json')} names no image of catalyst-api`],
])('does not wait where the manifest %s', async (_, manifest, line) => {
  expect(await run(['v2', manifest], [inFlight(0)])).toEqual(refused(line));
});

it('prints ids that no terminal and no CI runner obeys', async () => {
  const hostile = ['##[error]x', '###', '\n::error::x', '\u001b[2J', '\u009b2J', '\u202e', '\u2028', 'é'];
  const { stdout } = await deploy([inFlight(hostile.length, hostile), inFlight(0)]);
  const [waiting = '', ...rest] = stdout.split('\n');
  expect(waiting).toMatch(/^waiting \[[ -~]*\], on in 20 s$/);
  expect(waiting).not.toContain('##');
  expect(JSON.parse(/\[.*\]/.exec(waiting)?.[0] ?? '')).toEqual(hostile);
  expect(rest[0]).toBe('quiet after 2 polls');
});

const SECRET = 's3cret-0f3a9c51';

it.each([
  ['without a scheme', `api.example/?token=${SECRET}#${SECRET}`],
  ['with a misspelt scheme', `htps://api.example/?token=${SECRET}`],
  ['with a misspelt scheme and a password', `htps://bot:${SECRET}@api.example`],
  ['with a password', `https://bot:${SECRET}@api.example`],
  ['with the path of the endpoint', `https://api.example${IN_FLIGHT_COUNT_PATH}?token=${SECRET}`],
])('repeats no secret of a URL that it refuses: one %s', async (_, CATALYST_API_URL) => {
  const { status, stdout, stderr, asked } = await deploy([], { CATALYST_API_URL });
  expect([status, asked]).toEqual([2, 0]);
  expect(stderr).toMatch(/^url must .*\n$/);
  expect(stdout + stderr).not.toContain(SECRET);
});

it.each<[why: string, answers: Respond[]]>([
  ['is not there', [text(404)]],
  ['is elsewhere', [text(302, '', { location: `/elsewhere?token=${SECRET}#${SECRET}` }), text(404)]],
])('repeats no secret of a URL where the endpoint %s', async (_, answers) => {
  const withSecret = (url: string) => ({ CATALYST_API_URL: `${url}/?token=${SECRET}#${SECRET}` });
  const { status, stdout, stderr, manifest } = await deploy(answers, withSecret);
  expect([status, manifest]).toEqual([0, NEW]);
  expect(stdout + stderr).not.toContain(SECRET);
});

it('repeats no secret of a URL where nobody listens', async () => {
  const CATALYST_API_URL = `${await nobody()}/?token=${SECRET}#${SECRET}`;
  const { stdout, stderr } = await deploy([], { CATALYST_API_URL });
  expect(stdout).toMatch(/^retrying [^]*failed-open \(unreachable\) /);
  expect(stdout + stderr).not.toContain(SECRET);
});
