import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CORDON_PATH, IN_FLIGHT_COUNT_PATH, QUIET_PATH } from '@quietgate/core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { bundled } from '@quietgate/testkit/bundled';
import { codeBlocks, tableRows } from '@quietgate/testkit/readme';
import { resolveCordonOptions } from './endpoint/cordon-options.ts';
import { resolveOptions } from './endpoint/options.ts';

const README = new URL('../README.md', import.meta.url);
const PARENT = fileURLToPath(new URL('../.readme/', import.meta.url));
const LIMIT_MS = 60_000;

const blocks = codeBlocks(README).filter(({ info }) => info === 'ts');
const servers = blocks.filter(({ code }) => code.includes('process.env'));
const modules = blocks.filter(({ code }) => !code.includes('process.env'));

let directory: string;

beforeAll(async () => {
  await mkdir(PARENT, { recursive: true });
  directory = await mkdtemp(PARENT);
});

afterAll(() => rm(directory, { recursive: true }));

test('has the defaults of the endpoint', () => {
  const { path, listTimeoutMs, maxHoldMs, maxHeld, relistMs } = resolveOptions({ listDeployments: () => [] });
  const defaults = { path, listTimeoutMs, maxHoldMs, maxHeld, relistMs };
  const rows = tableRows(README, 'Options').map(([name, value]) => [name, value]);
  const expected = Object.entries(defaults).map(([name, value]) => [`\`${name}\``, `\`${value}\``]);
  expect(rows).toEqual(expect.arrayContaining(expected));
});

test('has the defaults of the cordon', () => {
  const cordon = { raise: vi.fn(), lift: vi.fn(), remainingMs: vi.fn(), holders: vi.fn() };
  const { path, maxLeaseMs } = resolveCordonOptions({ cordon, authorize: () => true });
  const rows = tableRows(README, 'The cordon').map(([name, value]) => [name, value]);
  const expected = Object.entries({ path, maxLeaseMs }).map(([name, value]) => [
    `\`${name}\``,
    `\`${value}\``,
  ]);
  expect(rows).toEqual(expect.arrayContaining(expected));
});

test('has the paths of serveRuns', () => {
  const paths = tableRows(README, '@quietgate/http-adapters').map(([path]) => path);
  expect(paths).toEqual(
    expect.arrayContaining([IN_FLIGHT_COUNT_PATH, QUIET_PATH, CORDON_PATH].map((path) => `\`${path}\``)),
  );
});

test('has the defaults of the endpoint in the other documents', async () => {
  const { listTimeoutMs, maxHoldMs, maxHeld } = resolveOptions({ listDeployments: () => [] });
  const read = (file: string) => readFile(new URL(`../../../${file}`, import.meta.url), 'utf8');
  const held = `at most \`maxHeld\` (${maxHeld}) for at most \`maxHoldMs\` (${maxHoldMs / 1000} s)`;
  expect(await read('SECURITY.md')).toContain(held);
  expect(await read('docs/on-call.md')).toContain(`one listing ${listTimeoutMs / 1000} s by itself`);
});

test('has a server for each adapter', () => {
  expect(servers.map(({ heading }) => heading)).toEqual([
    '@quietgate/http-adapters',
    'Fastify',
    'Node',
    'Fetch',
    'Records of your own',
    'Records of your own',
    'Long polls',
    'The cordon',
  ]);
  expect(modules.map(({ heading }) => heading)).toEqual(['Fetch', 'Fetch', 'Records of your own']);
});

describe.each(servers.map(({ heading, code }, index) => ({ heading, code, index })))(
  'the server number $index, of $heading',
  ({ code, index }) => {
    test('answers as it stands', async () => {
      const file = join(directory, `server-${index}.ts`);
      await writeFile(file, code);
      const child = spawn(process.execPath, [await bundled(file)], {
        env: {
          ...process.env,
          HOST: '127.0.0.1',
          PORT: '0',
          CORDON_TOKEN: 'a-token-of-the-cordon',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: LIMIT_MS,
      });
      const ended = once(child, 'close');
      try {
        let output = '';
        const port = await new Promise<string>((resolve, reject) => {
          for (const stream of [child.stdout, child.stderr]) {
            stream.setEncoding('utf8').on('data', (text: string) => {
              output += text;
              const found = /(?:port: |127\.0\.0\.1:)(\d+)/.exec(output)?.[1];
              if (found !== undefined) resolve(found);
            });
          }
          child.once('close', () => {
            reject(new Error(`the server ended before it listened:\n${output}`));
          });
        });
        const response = await fetch(`http://127.0.0.1:${port}${IN_FLIGHT_COUNT_PATH}`);
        expect(response.headers.get('content-type')).toBe('application/json');
        const isBusy = code.includes("'t13'");
        expect(await response.text()).toBe(isBusy ? '{"count":1,"ids":["t13"]}' : '{"count":0,"ids":[]}');
      } finally {
        child.kill('SIGKILL');
        await ended;
      }
    });
  },
);

describe.each(modules.map(({ code }, index) => ({ code, index })))(
  'the module number $index',
  ({ code, index }) => {
    test('answers as it stands', async () => {
      const file = join(directory, `module-${index}.ts`);
      await writeFile(file, code);
      type Answer = (request: Request) => Promise<Response>;
      const exported = (await import(pathToFileURL(file).href)) as {
        readonly default?: { readonly fetch: Answer };
        readonly GET?: Answer;
      };
      const response = await (exported.GET ?? exported.default?.fetch)?.(
        new Request(`http://host${IN_FLIGHT_COUNT_PATH}`),
      );
      expect(await response?.json()).toEqual({ count: 1, ids: ['t13'] });
    });
  },
);
