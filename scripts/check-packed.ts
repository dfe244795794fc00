/**
 * Uses the packages as their users get them: packs each one, installs the tarballs into an empty project, and there
 * imports them, requires them, runs them with npx, and compiles against their types with Node's and with the DOM's.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const project = mkdtempSync(join(tmpdir(), 'quietgate-packed-'));

function run(command: string, ...args: string[]): void {
  console.log(`$ ${[command, ...args].join(' ').replaceAll(root, './')}`);
  execFileSync(command, args, { cwd: project, stdio: 'inherit' });
}

/** Compiles a file strictly against the packed packages' types. */
function compile(settings: object, file: string): void {
  const strict = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true };
  const typeRoots = [join(root, 'node_modules/@types')];
  const compilerOptions = { ...strict, target: 'es2023', types: [], typeRoots, ...settings };
  console.log(`${file}: ${JSON.stringify(settings)}`);
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
  run(process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json');
}

try {
  for (const name of readdirSync(join(root, 'packages'))) {
    const folder = join(root, 'packages', name);
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { private?: boolean };
    if (manifest.private !== true) run('pnpm', '--dir', folder, 'pack', '--pack-destination', project);
  }
  const tarballs = readdirSync(project).filter((file) => file.endsWith('.tgz'));
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  run(
    'npm',
    'install',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    ...tarballs.map((file) => `./${file}`),
  );

  cpSync(join(root, 'scripts/packed'), project, { recursive: true });
  run(process.execPath, 'import.mjs');
  run(process.execPath, 'require.cjs');
  run('npx', 'quietgate', '--version');
  // The README of core says so of TypeScript and CommonJS, which node.ts is here.
  for (const resolution of [
    { module: 'nodenext' },
    { module: 'node20' },
    { module: 'preserve', moduleResolution: 'bundler' },
    { module: 'commonjs', moduleResolution: 'bundler' },
  ]) {
    compile({ ...resolution, lib: ['es2023'], types: ['node'] }, 'node.ts');
  }
  compile({ module: 'esnext', moduleResolution: 'bundler', lib: ['es2023', 'dom'] }, 'web.ts');
} finally {
  rmSync(project, { recursive: true, force: true });
}
