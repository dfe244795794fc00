import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { endpoint, inFlight, type Respond, text } from '../../packages/cli/test/support/endpoint.ts';
import { type Ended, type Env, start } from '../../packages/cli/test/support/run-cli.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** Runs the script against a server that answers in turn, with a manifest of its own. */
async function deploy(
  answers: Respond[],
  env: Env = {},
  tag = 'v2',
): Promise<Ended & { readonly manifest: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'quietgate-ci-script-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const manifest = join(folder, 'catalyst-api.yaml');
  copyFileSync(path('catalyst-api.yaml'), manifest);
  const { url } = await endpoint(...answers);
  const { ended } = start(process.execPath, ['--import', tsx, path('deploy.ts'), tag, manifest], {
    TSX_TSCONFIG_PATH: path('../../tsconfig.json'),
    CATALYST_API_URL: url,
    POLL_INTERVAL_SECONDS: '0.02',
    ...env,
  });
  return { ...(await ended), manifest: readFileSync(manifest, 'utf8') };
}

const OLD = readFileSync(path('catalyst-api.yaml'), 'utf8');
const NEW = OLD.replace('catalyst-api:v1', 'catalyst-api:v2');

it('bumps the tag, and nothing else, once it is quiet', async () => {
  const { status, stdout, manifest } = await deploy([inFlight(2), inFlight(1), inFlight(0)]);
  expect(stdout).toContain(
    'waiting ["run-1","run-2"], on in 1 s\nwaiting ["run-1"], on in 1 s\nquiet after 3 polls\n',
  );
  expect(status).toBe(0);
  expect(manifest).toBe(NEW);
  expect(NEW).not.toBe(OLD);
});

it('goes ahead where the endpoint has never been', async () => {
  const { status, stdout, manifest } = await deploy([text(404)]);
  expect(stdout).toMatch(/^failed-open \(not-found\) /);
  expect([status, manifest]).toEqual([0, NEW]);
});

it.each<[why: string, answers: Respond[], env: Env]>([
  ['the cap was reached', [inFlight(1)], { MAX_WAIT_SECONDS: '0.1' }],
  ['the endpoint went away', [inFlight(1), text(404)], {}],
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

it.each(['abc', '20s', '1e3', ' '])('refuses %j for seconds, and names the variable', async (value) => {
  const { status, stdout, stderr, manifest } = await deploy([inFlight(0)], { MAX_WAIT_SECONDS: value });
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: '',
    stderr: 'MAX_WAIT_SECONDS takes seconds, as in 20\n',
  });
  expect(manifest).toBe(OLD);
});

it('prints ids that no terminal and no CI runner obeys', async () => {
  const hostile = ['##[error]x', '###', '\n::error::x', '\u001b[2J', '\u009b2J', '\u202e', '\u2028', 'é'];
  const { stdout } = await deploy([inFlight(hostile.length, hostile), inFlight(0)]);
  const [waiting = '', ...rest] = stdout.split('\n');
  expect(waiting).toMatch(/^waiting \[[ -~]*\], on in 1 s$/);
  expect(waiting).not.toContain('##');
  expect(JSON.parse(/\[.*\]/.exec(waiting)?.[0] ?? '')).toEqual(hostile);
  expect(rest[0]).toBe('quiet after 2 polls');
});
