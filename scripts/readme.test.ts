import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  type Clock,
  type GateEvent,
  IN_FLIGHT_COUNT_PATH,
  type MemoryCordon,
  waitForQuiet,
} from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { endpoint, inFlight, portOfItsOwn } from '@quietgate/testkit/endpoint';
import { proxy } from '@quietgate/testkit/proxy';
import { satisfies } from 'semver';
import { codeBlocks } from '@quietgate/testkit/readme';

const root = fileURLToPath(new URL('..', import.meta.url));
let folder: string;

beforeAll(() => {
  // Inside the workspace, where the package names lead to the sources.
  mkdirSync(join(root, '.readme'), { recursive: true });
  folder = mkdtempSync(join(root, '.readme/'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Writes the one block of code under a heading to a file, as it stands. */
function snippet(readme: string, heading: string, file: string, info = 'ts'): string {
  const blocks = codeBlocks(join(root, readme)).filter(
    (block) => block.heading === heading && block.info === info,
  );
  expect(blocks, `${info} blocks under "${heading}"`).toHaveLength(1);
  const path = join(folder, file);
  writeFileSync(path, blocks.map(({ code }) => code).join(''));
  return path;
}

const environment = { ...process.env, TSX_TSCONFIG_PATH: join(root, 'tsconfig.json') };
const tsx = ['--import', import.meta.resolve('tsx')];
const run = (file: string, env: Record<string, string> = {}) =>
  promisify(execFile)(process.execPath, [...tsx, file], { env: { ...environment, ...env } });

/** Runs a file of tests, and returns what vitest says of it. */
async function runVitest(file: string): Promise<string> {
  writeFileSync(
    join(folder, 'vitest.config.ts'),
    `import { alias } from '../../vitest.config.ts';\nexport default { resolve: { alias } };\n`,
  );
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [vitest, 'run', '--root', folder, file], {
    env: { ...process.env, NO_COLOR: '1' },
  });
  return stdout;
}

describe('the README', () => {
  let server: Server | undefined;

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    server = undefined;
  });

  async function listen(listener: Parameters<typeof createServer>[1]): Promise<string> {
    server = createServer(listener ?? (() => undefined)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Runs a snippet that serves, and hands on where. */
  async function withServer(
    heading: string,
    file: string,
    work: (url: string, child: ChildProcess) => Promise<void>,
  ) {
    const port = await portOfItsOwn();
    const child = spawn(process.execPath, [...tsx, snippet('README.md', heading, file)], {
      env: { ...environment, PORT: String(port) },
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

  it.for([
    ['Serve the endpoint', 'serve.ts'],
    ['Count what is in flight, not what is stored', 'index-of-runs.ts'],
  ] as const)('serves the endpoint: %s', async ([heading, file]) => {
    await withServer(heading, file, async (url) => {
      expect(await firstCount(url)).toEqual({ count: 1, ids: ['0f3a9c51d2e84b67'] });
    });
  });

  it('takes a run without a sign of life for dead', async () => {
    const { stdout, stderr } = await run(
      snippet('README.md', 'A stuck run blocks each deploy for 30 minutes', 'stuck.ts'),
    );
    expect(stdout).toBe("{ count: 1, ids: [ 't13' ] }\n");
    expect(stderr).toBe('t17 blocks no deploy any more; its process may still live\n');
  });

  it('drains when it is told to end, and ends at once when it is told again', async () => {
    const heading = 'When the Pod itself is told to end';
    await withServer(heading, 'drain.ts', async (url, child) => {
      expect(await firstCount(url)).toEqual({ count: 0, ids: [] });
      expect((await fetch(url)).status).toBe(202);
      child.kill('SIGTERM');
      await vi.waitUntil(async () => (await fetch(url)).status === 503, { timeout: 30_000 });
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      expect(await ended).toEqual([1, null]);
    });
    await withServer(heading, 'drain.ts', async (url, child) => {
      await firstCount(url);
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    });
  });

  it('waits for quiet', async () => {
    const requests: (string | undefined)[] = [];
    const url = await listen((request, response) => {
      requests.push(request.url);
      response.end('{"count":0,"ids":[]}');
    });
    const { stdout } = await run(snippet('README.md', 'Wait for quiet', 'wait.ts'), {
      CATALYST_API_URL: url,
    });
    expect(requests.map((asked) => asked?.split('?')[0])).toEqual([IN_FLIGHT_COUNT_PATH]);
    expect(stdout).toMatch(/^quiet after \d+ ms: rolling the image\n$/);
  });

  it('lets a wipe block', async () => {
    const { stdout } = await run(snippet('README.md', 'What is in flight', 'wiping.ts'));
    expect(stdout).toBe("{ count: 1, ids: [ 't09' ] }\n");
  });

  it.skipIf(process.platform === 'win32')(
    'gates a rollout in a shell, for lack of which Windows skips',
    async () => {
      const url = await listen((_, response) => response.end('{"count":0,"ids":[]}'));
      const commands = {
        npx: `shift; exec '${process.execPath}' ${tsx.join(' ')} '${join(root, 'packages/cli/src/bin.ts')}' "$@"`,
        kubectl: 'echo kubectl "$@"',
      };
      for (const [name, script] of Object.entries(commands)) {
        writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      }
      const { stdout } = await promisify(execFile)(
        'sh',
        [snippet('README.md', 'What it is for', 'deploy.sh', 'sh')],
        {
          env: {
            ...environment,
            PATH: `${folder}:${process.env['PATH'] ?? ''}`,
            CATALYST_API_URL: url,
            IMAGE: 'api:2',
            GITHUB_ACTIONS: '',
          },
        },
      );
      expect(stdout).toMatch(
        /^\S+Z quiet: green light, .*\nkubectl set image deployment\/catalyst-api api=api:2\n$/,
      );
    },
  );

  it('starts no run while the cordon is up', async () => {
    const { cordon, start } = (await import(snippet('README.md', 'Stop new runs first', 'start.ts'))) as {
      cordon: MemoryCordon;
      start: (id: string) => Response;
    };
    expect(start('t13').status).toBe(202);
    cordon.raise('deploy', 60_000);
    expect(start('t17').status).toBe(503);
    expect(start('t17').headers.get('retry-after')).toMatch(/^\d+$/);
  });

  it('tests a deploy script', async () => {
    snippet('README.md', 'Test your deploy script', 'shortest.test.ts');
    expect(await runVitest('shortest.test.ts')).toMatch(/Tests +1 passed/);
  });
});

describe('docs/testing-your-script.md', () => {
  it('tests that script', async () => {
    snippet('docs/testing-your-script.md', 'Take the clock and the source as arguments', 'deploy.ts');
    snippet('docs/testing-your-script.md', 'Play each outcome', 'deploy.test.ts');
    expect(await runVitest('deploy.test.ts')).toMatch(/Tests +2 passed/);
  });

  it.each([
    [
      'quiet',
      [
        { count: 1, ids: ['t13'] },
        { count: 0, ids: [] },
      ],
      1,
    ],
    ['timed-out', [{ count: 1, ids: ['t13'] }], 0],
    ['failed-open', [{}], 1],
  ])('shows a script of which %s can be tested', async (outcome, counts, rolls) => {
    const file = snippet(
      'docs/testing-your-script.md',
      'Take the clock and the source as arguments',
      'script.ts',
    );
    const { deploy } = (await import(file)) as {
      deploy: (world: { source: () => unknown; clock: Clock; roll: () => void }) => Promise<string>;
    };
    const source = vi.fn<() => unknown>(() => counts.at(-1));
    for (const count of counts.slice(0, -1)) source.mockReturnValueOnce(count);
    const roll = vi.fn<() => void>();
    expect(await deploy({ source, clock: createVirtualClock(), roll })).toBe(outcome);
    expect(roll).toHaveBeenCalledTimes(rolls);
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
        CATALYST_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      });
      outputs.push(stdout);
    }
    server.close();
    expect(outputs).toEqual([
      'quiet\n',
      "phase-0\n{ count: 1, ids: [ 't13' ] }\n",
      "{ count: 1, ids: [ 't17' ] }\nfalse\n",
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
    const undici = readFileSync(
      snippet('packages/core/README.md', 'The network', 'undici.mjs', 'js'),
      'utf8',
    );
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
