/**
 * Uses the packages as their users get them: packs each one, installs the tarballs into empty projects with npm, pnpm and
 * Yarn, and there imports them, requires them, runs their command, and compiles against their types. And does
 * what docs/server.md says of a clone.
 */
import { deepEqual } from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCompiler, expectedIn, readRows } from './compile.ts';
import { installWithNpm, installWithPnpm, installWithYarn, type Project, run } from './package-managers.ts';
import { useFromClone } from './use-from-clone.ts';
import { packAll, problemsOf } from './tarballs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const files = join(root, 'scripts/packed/project');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'quietgate-packed-')));
const typeRoots = join(root, 'node_modules/@types');

/** The oldest TypeScript that core's README promises. */
const OLDEST = join(root, 'node_modules/typescript4.9/bin/tsc');

function useIn({ folder: project, node, exec, canRequire }: Project): void {
  cpSync(files, project, { recursive: true });
  node('import.mjs', ...exec);
  if (canRequire) node('require.cjs');
}

/** Holds the table of core's README, and its words about the oldest TypeScript. */
function compileIn(project: string): void {
  const compile = createCompiler(project, typeRoots);
  cpSync(join(files, 'node.ts'), join(project, 'node.mts'));
  for (const { settings, fromModule, fromCommonJs } of readRows(join(root, 'packages/core/README.md'))) {
    const node = { lib: ['es2023'], types: ['node'], ignoreDeprecations: '6.0', ...settings };
    console.log(
      `TypeScript, ${Object.values(settings).join(' and ')}: ${fromModule}; CommonJS: ${fromCommonJs}`,
    );
    deepEqual(compile(node, 'node.mts', 'node.ts'), [expectedIn(fromModule), expectedIn(fromCommonJs)]);
  }
  const bundled = { module: 'esnext', moduleResolution: 'bundler' };
  deepEqual(compile({ ...bundled, lib: ['es2023', 'dom'] }, 'web.ts'), [[]]);
  deepEqual(compile({ ...bundled, lib: ['es2023'], types: ['node'] }, 'frameworks.ts'), [[]]);

  const oldest = { module: 'nodenext', target: 'es2022', strict: true, exactOptionalPropertyTypes: true };
  const compilerOptions = { ...oldest, noEmit: true, types: ['node'], typeRoots: [typeRoots] };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['node.mts'] }));
  run(project, [process.execPath, OLDEST, '-p', 'tsconfig.json']);
}

try {
  const tarballs = packAll(root, join(folder, 'tarballs'));
  const npm = installWithNpm(join(folder, 'npm'), tarballs);
  const license = readFileSync(join(root, 'LICENSE'), 'utf8');
  for (const { name } of tarballs) {
    const installed = join(npm.folder, 'node_modules', name);
    deepEqual(problemsOf(installed, license), [], name);
    // A link is for whoever reads it where the package is shown: to a file of the package, or a whole URL.
    const links = [
      '--use',
      `${fileURLToPath(import.meta.resolve('remark-validate-links'))}=repository:false`,
    ];
    run(installed, [join(root, 'node_modules/.bin/remark'), 'README.md', '--frail', '--no-stdout', ...links]);
  }
  useIn(npm);
  useIn(installWithPnpm(join(folder, 'pnpm'), tarballs));
  useIn(installWithYarn(join(folder, 'yarn'), tarballs));
  compileIn(npm.folder);
  useFromClone(root, join(folder, 'from-a-clone'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
