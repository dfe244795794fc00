import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Tarball } from './tarballs.ts';

/** An empty project into which a package manager has installed the packages. */
export interface Project {
  readonly folder: string;
  /** Runs Node there, as the package manager would. */
  readonly node: (...args: string[]) => void;
  /** How the package manager runs the command of a package. */
  readonly exec: readonly string[];
  /** Whether `require()` of the packages works there: the README of core says where it does not. */
  readonly canRequire: boolean;
}

const [major = 0] = process.versions.node.split('.').map(Number);

export function run(folder: string, [command = '', ...args]: readonly string[], env: object = {}): void {
  console.log(`$ ${[command, ...args].map((arg) => arg.replace(/^.*\/(?=node$|yarn\.js$)/, '')).join(' ')}`);
  execFileSync(command, args, { cwd: folder, stdio: 'inherit', env: { ...process.env, ...env } });
}

/** npm, as most of its users have it: with what the packages are used with beside them, by default the frameworks of adapters. */
export function installWithNpm(
  folder: string,
  tarballs: readonly Tarball[],
  others: Readonly<Record<string, string>> = FRAMEWORKS,
): Project {
  writeManifest(folder, { dependencies: { ...dependenciesOn(tarballs), ...others } });
  run(folder, ['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error']);
  return withNodeModules(folder, ['npx', '--no-install']);
}

/** pnpm, which lets a package see only what it depends on. No framework is installed. */
export function installWithPnpm(folder: string, tarballs: readonly Tarball[]): Project {
  const dependencies = dependenciesOn(tarballs);
  writeManifest(folder, { dependencies });
  // The packages are on no registry yet, so that what they say of each other has to lead to the tarballs.
  const overrides = Object.entries(dependencies).map(([name, at]) => `  '${name}': '${at}'\n`);
  writeFileSync(join(folder, 'pnpm-workspace.yaml'), `packages: []\noverrides:\n${overrides.join('')}`);
  run(folder, ['pnpm', 'install', '--silent']);
  return withNodeModules(folder, ['pnpm', 'exec']);
}

/** Yarn with Plug'n'Play: there is no node_modules, and nothing that no manifest names can be loaded. */
export function installWithYarn(folder: string, tarballs: readonly Tarball[]): Project {
  const yarn = [process.execPath, createRequire(import.meta.url).resolve('@yarnpkg/cli-dist/bin/yarn.js')];
  const dependencies = dependenciesOn(tarballs);
  writeManifest(folder, { dependencies, resolutions: dependencies });
  writeFileSync(join(folder, 'yarn.lock'), '');
  const env = {
    YARN_NODE_LINKER: 'pnp',
    YARN_ENABLE_TELEMETRY: '0',
    YARN_ENABLE_IMMUTABLE_INSTALLS: '0',
    YARN_ENABLE_GLOBAL_CACHE: '0',
    YARN_ENABLE_PROGRESS_BARS: '0',
    // Yarn does not read what npm is told.
    YARN_NPM_REGISTRY_SERVER: execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim(),
  };
  run(folder, [...yarn, 'install'], env);
  return {
    folder,
    node: (...args) => {
      run(folder, [...yarn, 'node', ...args], env);
    },
    exec: [...yarn],
    canRequire: major >= 22,
  };
}

function withNodeModules(folder: string, exec: readonly string[]): Project {
  const node = (...args: string[]) => {
    run(folder, [process.execPath, ...args]);
  };
  return { folder, node, exec, canRequire: true };
}

const FRAMEWORKS = { express: '^5.0.0', fastify: '^5.0.0', '@types/express': '^5.0.0' };

function dependenciesOn(tarballs: readonly Tarball[]): Record<string, string> {
  return Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`]));
}

function writeManifest(folder: string, manifest: object): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, ...manifest }));
}
