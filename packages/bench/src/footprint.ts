import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { readFile, readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompressSync } from 'node:zlib';
import { inTurns } from './measure/in-turns.ts';
import { runProgram } from './measure/run-program.ts';
import { median } from './measure/statistics.ts';
import type { Goal, Section } from './report/section.ts';

const ROUNDS = 15;
const HERE = fileURLToPath(new URL('.', import.meta.url));
const PACKAGES = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(import.meta.url);

const BUNDLES = [
  {
    what: 'core: countInFlight',
    code: `import { countInFlight } from '@quietgate/core'; console.log(countInFlight)`,
  },
  {
    what: 'core: waitForQuiet, with p-retry',
    code: `import { waitForQuiet } from '@quietgate/core'; console.log(waitForQuiet)`,
  },
  {
    what: 'core: waitForQuiet, without p-retry',
    code: `import { waitForQuiet } from '@quietgate/core'; console.log(waitForQuiet)`,
    external: ['p-retry'],
  },
  {
    what: 'core: createCordon',
    code: `import { createCordon } from '@quietgate/core'; console.log(createCordon)`,
  },
  {
    what: 'core: createInFlightIndex',
    code: `import { createInFlightIndex } from '@quietgate/core'; console.log(createInFlightIndex)`,
  },
  { what: 'core: all of it', code: `import * as all from '@quietgate/core'; console.log(all)` },
  ...['node', 'express', 'fastify', 'fetch'].map((name) => ({
    what: `http-adapters/${name}: all of it`,
    code: `import * as all from '@quietgate/http-adapters/${name}'; console.log(all)`,
  })),
];

const ENTRIES = [
  '@quietgate/core',
  '@quietgate/core/testing',
  '@quietgate/http-adapters/node',
  '@quietgate/http-adapters/express',
  '@quietgate/http-adapters/fastify',
  '@quietgate/http-adapters/fetch',
];

/** What it costs to have Quietgate. */
export async function footprint(): Promise<Section> {
  const bundles = await Promise.all(
    BUNDLES.map(async (bundle) => ({ ...bundle, ...(await sizeOf(bundle)) })),
  );
  const programs = await Promise.all(
    ['cli', 'action'].map(async (name) => ({
      what: `${name}: what it runs from`,
      ...(await sizeOfFolder(name)),
    })),
  );
  const imports = await importTimes();
  return {
    title: 'Footprint',
    text: `Bytes of a bundle that imports the name (esbuild), minified, and compressed with brotli; of the command line and the action
as they are delivered. How many packages an install brings, peers of yours left out. How much longer Node takes with
the import than with an empty module (median of ${ROUNDS} rounds, in turns).`,
    charts: [],
    tables: [
      {
        columns: ['what', 'minified, kB', 'brotli, kB'],
        rows: [...bundles, ...programs].map(({ what, minified, brotli }) => [what, kb(minified), kb(brotli)]),
      },
      {
        columns: ['install', 'packages'],
        rows: await Promise.all(
          ['@quietgate/core', '@quietgate/http-adapters', 'quietgate'].map(async (name) => [
            name,
            String((await packagesOf(name)).size),
          ]),
        ),
      },
      {
        columns: ['import', 'ms more than an empty module'],
        rows: imports.map(({ entry, ms }) => [entry, ms.toFixed(1)]),
      },
    ],
    goals: await goals(),
  };
}

/** As size-limit measures them, which also holds them to a budget in `pnpm check`. */
async function goals(): Promise<Goal[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['node_modules/size-limit/bin.js', '--json'],
    {
      cwd: join(PACKAGES, 'core'),
    },
  );
  const budgets = JSON.parse(stdout) as { name: string; size: number }[];
  return budgets.flatMap(({ name, size }) =>
    Object.entries(MOST_KB)
      .filter(([start]) => name.startsWith(start))
      .map(([, atMost]) => ({
        what: `core: ${name}`,
        found: size / 1000,
        atMost,
        unit: ' kB',
        why: WHY_LARGER,
      })),
  );
}

const MOST_KB = { countInFlight: 0.6, waitForQuiet: 6.5 };

const WHY_LARGER =
  'p-retry is part of it, and text: every option that is wrong has an error that says what is allowed. The budget of `pnpm check` is 9 kB.';

async function sizeOf({ code, external = [] }: { code: string; external?: string[] }) {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: HERE },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    external: ['express', 'fastify', ...external],
    write: false,
  });
  const bytes = outputFiles[0]?.contents ?? new Uint8Array();
  return { minified: bytes.length, brotli: brotliCompressSync(bytes).length };
}

/** Of the scripts in a package's `dist`, each compressed on its own. */
async function sizeOfFolder(name: string) {
  const folder = join(PACKAGES, name, 'dist');
  const scripts = (await readdir(folder)).filter((file) => /\.[cm]?js$/.test(file));
  const files = await Promise.all(scripts.map((file) => readFile(join(folder, file))));
  return {
    minified: files.reduce((sum, file) => sum + file.length, 0),
    brotli: files.reduce((sum, file) => sum + brotliCompressSync(file).length, 0),
  };
}

/** The package itself, and what it depends on, as its manifest and those of its dependencies say. */
async function packagesOf(name: string, from = HERE, found = new Set<string>()): Promise<Set<string>> {
  const folder = await folderOf(name, from);
  if (found.has(folder)) return found;
  found.add(folder);
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  for (const each of Object.keys(manifest.dependencies ?? {})) await packagesOf(each, folder, found);
  return found;
}

async function folderOf(name: string, from: string): Promise<string> {
  for (const folder of require.resolve.paths(name)?.map((path) => join(path, name)) ?? []) {
    if (await isFolder(folder)) return folder;
  }
  const parent = dirname(from);
  if (await isFolder(join(from, 'node_modules', name))) return join(from, 'node_modules', name);
  if (parent === from) throw new Error(`${name} is not installed`);
  return folderOf(name, parent);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

async function importTimes() {
  const start = (code: string) => async () =>
    (
      await runProgram(
        `cd ${JSON.stringify(HERE)} && ${JSON.stringify(process.execPath)} --input-type=module -e ${JSON.stringify(code)}`,
      )
    ).wallMs;
  const work: Record<string, () => Promise<number>> = { empty: start('') };
  for (const entry of ENTRIES) work[entry] = start(`import '${entry}'`);
  const { empty = [], ...times } = await inTurns(work, ROUNDS);
  return Object.entries(times).map(([entry, ms]) => ({
    entry,
    ms: median(ms.map((each, round) => each - (empty[round] ?? NaN))),
  }));
}

function kb(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}
