import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { fetchInFlightCount, type GateEvent, waitForQuiet, whenQuiet } from '@quietgate/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundled } from '@quietgate/testkit/bundled';
import { endpoint, inFlight, portOfItsOwn } from '@quietgate/testkit/endpoint';
import { proxy } from '@quietgate/testkit/proxy';
import { satisfies } from 'semver';
import { codeBlocks } from '@quietgate/testkit/readme';

const root = fileURLToPath(new URL('..', import.meta.url));
let folder: string;

beforeAll(() => {
  // Where the package names lead to the sources, and Express is installed.
  const parent = join(root, 'packages/http-adapters/.readme/');
  mkdirSync(parent, { recursive: true });
  folder = mkdtempSync(parent);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Writes the blocks of code under a heading to files, as they are. */
function snippets(page: string, heading: string, name: string, info = 'ts'): string[] {
  return codeBlocks(join(root, page))
    .filter((block) => block.heading === heading && block.info === info)
    .map(({ code }, index) => {
      const path = join(folder, `${name}-${index}.${info}`);
      writeFileSync(path, code);
      return path;
    });
}

/** Writes the one block of code under a heading to a file. */
function snippet(page: string, heading: string, name: string, info?: string): string {
  const files = snippets(page, heading, name, info);
  expect(files, `blocks under "${heading}"`).toHaveLength(1);
  return files.join('');
}

const run = async (file: string, env: Record<string, string> = {}) =>
  promisify(execFile)(process.execPath, [await bundled(file)], { env: { ...process.env, ...env } });

/** Runs a file of tests, and returns what vitest says of it. */
async function runVitest(file: string): Promise<string> {
  writeFileSync(
    join(folder, 'vitest.config.ts'),
    `import { alias } from '../../../../vitest.config.ts';\nexport default { resolve: { alias } };\n`,
  );
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [vitest, 'run', '--root', folder, file], {
    env: { ...process.env, NO_COLOR: '1' },
  });
  return stdout;
}

/** Runs a snippet that serves, and hands on where; `more` is what the reader brings, after the snippet. */
async function withServer(
  file: string,
  more: string,
  work: (url: string, child: ChildProcess) => Promise<void>,
) {
  writeFileSync(file, readFileSync(file, 'utf8') + more);
  const port = await portOfItsOwn();
  const child = spawn(process.execPath, [await bundled(file)], {
    env: { ...process.env, PORT: String(port), CORDON_TOKEN: token },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  try {
    await work(`http://127.0.0.1:${port}`, child);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

const token = 'a-token-for-the-tests';

/** Starts a run, which a deploy refuses and the end of the process waits for. */
async function startsRunsThroughOneDoor(url: string, child: ChildProcess, start: () => Promise<Response>) {
  expect(await firstCount(url)).toMatchObject({ count: 0 });
  await whenQuiet({ url, cordon: { token } }, async ({ results }) => {
    expect(results).toMatchObject([{ outcome: 'quiet', cordon: { up: true } }]);
    const refused = await start();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([
      503,
      expect.stringMatching(/^\d+$/),
    ]);
  });
  expect((await start()).status).toBe(202);
  expect(await fetchInFlightCount({ url })).toMatchObject({ count: 1 });
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  child.kill('SIGUSR2'); // the work ends
  expect(await ended).toEqual([0, null]);
}

/** Work of the reader's, which ends when the process is told so. */
const workUntilTold = (name: string) =>
  `function ${name}() { return new Promise((resolve) => process.once('SIGUSR2', resolve)); }`;

/** Work of the reader's that fails, and what the server would log of it. */
const failing = (name: string) =>
  `async function ${name}() { throw new Error('failed'); }\nconsole.error = () => {};`;

describe('the README', () => {
  it('gives a server that outlives a job that fails', async () => {
    const file = snippet('README.md', 'Your server', 'failing-job');
    await withServer(file, failing('createCluster'), async (url) => {
      const start = () => fetch(`${url}/clusters/berlin`, { method: 'POST' });
      await firstCount(url); // it listens
      expect([(await start()).status, (await start()).status]).toEqual([202, 202]);
      expect(await firstCount(url)).toEqual({ count: 0, ids: [] });
    });
  });

  it('gives a server its door, its count and its drain', async () => {
    const file = snippet('README.md', 'Your server', 'your-server');
    await withServer(file, workUntilTold('createCluster'), (url, child) =>
      startsRunsThroughOneDoor(url, child, () => fetch(`${url}/clusters/berlin`, { method: 'POST' })),
    );
  });
});

describe('docs/server.md', () => {
  const page = 'docs/server.md';

  it('shows the shortest way', async () => {
    const file = snippet(page, 'The shortest way', 'shortest');
    await withServer(file, `const insertJob = async () => 1;${workUntilTold('provision')}`, (url, child) =>
      startsRunsThroughOneDoor(url, child, () => fetch(`${url}/jobs`, { method: 'POST' })),
    );
  });

  it('answers a refusal in words, and outlives a job and an insert that fail', async () => {
    const file = snippet(page, 'The shortest way', 'failing');
    const insertOnce = `let inserts = 0; async function insertJob() { if (inserts++ > 0) throw new Error('no'); return 1; }`;
    await withServer(file, `${insertOnce}${failing('provision')}`, async (url) => {
      const start = () => fetch(`${url}/jobs`, { method: 'POST' });
      await whenQuiet({ url, cordon: { token } }, async () => {
        expect(await (await start()).text()).toMatch(/^\{"error":".* try again in \d+ s"\}$/);
      });
      expect([(await start()).status, (await start()).status]).toEqual([202, 500]);
      expect(await firstCount(url)).toEqual({ count: 0, ids: [] });
    });
  });

  it('counts records with statuses of their own, and gives them a door', async () => {
    const [counted = '', door = ''] = snippets(page, 'You have records already', 'records');
    await withServer(counted, '', async (url) => {
      expect(await firstCount(url)).toEqual({ count: 1, ids: ['42'] });
    });
    await withServer(door, workUntilTold('provision'), async (url) => {
      expect(await firstCount(url)).toEqual({ count: 0, ids: [] });
      await whenQuiet({ url, cordon: { token } }, async () => {
        expect((await fetch(url)).status).toBe(503);
      });
      expect((await fetch(url)).status).toBe(202);
      expect(await fetchInFlightCount({ url })).toMatchObject({ count: 1 });
    });
  });

  it('no longer counts a job whose heartbeat is provably old', async () => {
    const { stdout, stderr } = await run(snippet(page, 'Jobs that die', 'stale'));
    expect(stdout).toBe("{ count: 1, ids: [ 't13' ] }\n");
    expect(stderr).toBe('t17 no longer blocks deploys; its process may still be alive\n');
  });
});

/** What is written for the gate, the cordon and the drain, and would not be there without. */
const OWN_LINE = /\bruns?\b|Runs|RunRefused|answerRefusals|SIGTERM|server\.close/;

it.each([
  ['README.md', 'Your server'],
  ['docs/server.md', 'The shortest way'],
  ['docs/server.md', 'Replicas'],
])('%s, %s: takes at most 12 lines', (page, heading) => {
  const [shown] = codeBlocks(join(root, page)).filter(
    (block) => block.heading === heading && block.info === 'ts',
  );
  const own = String(shown?.code)
    .split('\n')
    .filter((line) => OWN_LINE.test(line));
  expect(own.join('\n')).toContain('serveRuns({ runs');
  expect(own.length, own.join('\n')).toBeLessThanOrEqual(12);
});

describe('docs/semantics.md', () => {
  it('lets a wipe block', async () => {
    const { stdout } = await run(snippet('docs/semantics.md', 'The built-in statuses', 'wiping'));
    expect(stdout).toBe("{ count: 1, ids: [ 't09' ] }\n");
  });
});

describe('docs/pipeline.md', () => {
  const scripts = () => snippets('docs/pipeline.md', 'In a script', 'pipeline');

  it('rolls in a script', async () => {
    const [script = ''] = scripts();
    const { url } = await endpoint(inFlight(0));
    const { stdout } = await run(script, { API: url, CORDON_TOKEN: token });
    expect(stdout).toBe("[ 'quiet' ]\n");
  });

  it('tests a deploy script', async () => {
    const [, test = ''] = scripts();
    renameSync(test, join(folder, 'shortest.test.ts'));
    expect(await runVitest('shortest.test.ts')).toMatch(/Tests +1 passed/);
  });
});

describe('the README of core', () => {
  const blocks = codeBlocks(join(root, 'packages/core/README.md')).filter(({ info }) => info === 'ts');

  it('waits for quiet, counts, and serves', async () => {
    const server = createServer((_, response) => response.end('{"count":0,"ids":[]}')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const outputs: string[] = [];
    for (const [index, { code }] of blocks.entries()) {
      const file = join(folder, `core-${index}.ts`);
      writeFileSync(file, code);
      const { stdout } = await run(file, {
        API: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        CORDON_TOKEN: '',
      });
      outputs.push(stdout);
    }
    server.close();
    expect(outputs).toEqual([
      'quiet\n',
      expect.stringMatching(/^1 in flight\n.*try again in \d+ s.*\n$/),
      "phase-0\n{ count: 1, ids: [ 't13' ] }\n",
    ]);
  });
});

describe('what the README of core says of proxies', () => {
  const asking = `import { waitForQuiet } from '@quietgate/core';
    const { outcome } = await waitForQuiet({ url: process.env['CATALYST_API_URL'], retries: 0 });
    console.log(outcome);`;

  /** What a script sees of a server that only a proxy knows, and what the proxy hears of it. */
  async function behindProxy(before: string, env: Record<string, string> = {}) {
    const { url } = await endpoint(inFlight(0));
    const CATALYST_API_URL = url.replace('127.0.0.1', 'console.invalid');
    const through = await proxy();
    const file = join(folder, 'behind-proxy.mjs');
    writeFileSync(file, before + asking);
    const http_proxy = `http://${through.host}`; // which wins over another that the machine may have
    const { stdout } = await run(file, {
      CATALYST_API_URL,
      http_proxy,
      no_proxy: '',
      NODE_USE_ENV_PROXY: '0',
      ...env,
    });
    return { stdout, asked: through.requests.length };
  }

  it('holds for Node’s fetch, which knows of none', async () => {
    expect(await behindProxy('')).toEqual({ stdout: 'failed-open\n', asked: 0 });
  });

  it('holds for undici 7', async () => {
    const undici = readFileSync(snippet('packages/core/README.md', 'The network', 'undici', 'js'), 'utf8');
    expect(await behindProxy(undici)).toEqual({ stdout: 'quiet\n', asked: 1 });
  });

  it.skipIf(!satisfies(process.versions.node, '^22.21.0 || >=24.5.0'))(
    'holds for a Node that is told to obey the variables, if it is new enough',
    async () => {
      expect(await behindProxy('', { NODE_USE_ENV_PROXY: '1' })).toEqual({ stdout: 'quiet\n', asked: 1 });
    },
  );
});

/** The first count of a server, for which the gate itself waits until it is up. */
async function firstCount(url: string): Promise<unknown> {
  const seen = new AbortController();
  let count: unknown;
  const onEvent = ({ lastSeen }: GateEvent) => {
    count = lastSeen;
    if (lastSeen !== undefined) seen.abort();
  };
  const options = { url, intervalMs: 50, maxWaitMs: 30_000, retries: 0, onUnavailable: 'wait' } as const;
  const result = await waitForQuiet({ ...options, signal: seen.signal, onEvent }).catch(() => undefined);
  return result?.lastSeen ?? count;
}
