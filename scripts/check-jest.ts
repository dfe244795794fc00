/**
 * Holds what the README of core says of Jest: installs it beside the packed packages into an empty project, and runs one test
 * in each of the ways of the table.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codeBlocks } from '@quietgate/testkit/readme';
import { installWithNpm } from './packed/package-managers.ts';
import { packAll } from './packed/tarballs.ts';
import { writeIn } from './packed/write-in.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'quietgate-jest-'));
const [major = 0] = process.versions.node.split('.').map(Number);

const TEST = `test('a stuck run holds a deploy for half an hour', async () => {
  const result = await waitForQuiet({ source: () => ({ count: 1, ids: [] }), clock: createVirtualClock() });
  expect(result.elapsedMs).toBe(1_800_000);
});
`;
const IMPORT = `import { waitForQuiet } from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
`;
const REQUIRE = `const { waitForQuiet } = require('@quietgate/core');
const { createVirtualClock } = require('@quietgate/core/testing');
`;

/** The transform of the README, with ts-jest beside it where tests are in TypeScript. */
const [transform] = codeBlocks(join(root, 'packages/core/README.md')).filter(
  ({ heading, info }) => heading === 'In tests' && info === 'js',
);

function runJest(name: string, flags: readonly string[]): void {
  console.log(`$ ${['node', ...flags, 'jest'].join(' ')} in ${name}`);
  const jest = join(folder, 'node_modules/jest/bin/jest.js');
  execFileSync(
    process.execPath,
    [...flags, jest, '--silent', '--no-cache', '--rootDir', join(folder, name)],
    {
      cwd: join(folder, name),
      stdio: 'inherit',
    },
  );
}

const MODULES = ['--experimental-vm-modules', '--no-warnings'];

try {
  installWithNpm(folder, packAll(root, join(folder, 'tarballs')), {
    jest: '^30.0.0',
    'ts-jest': '^29.4.0',
    '@types/jest': '^30.0.0',
    '@babel/plugin-transform-modules-commonjs': '^7.0.0',
    typescript: '^5.9.0',
  });

  writeIn(folder, 'modules/package.json', '{ "type": "module" }');
  writeIn(folder, 'modules/gate.test.js', IMPORT + TEST);
  runJest('modules', MODULES);

  const compilerOptions = {
    module: 'nodenext',
    target: 'es2022',
    strict: true,
    isolatedModules: true,
    types: ['jest'],
  };
  const typescript = JSON.stringify({ compilerOptions });
  writeIn(folder, 'ts-modules/package.json', '{ "type": "module" }');
  writeIn(folder, 'ts-modules/tsconfig.json', typescript);
  writeIn(folder, 'ts-modules/gate.test.ts', IMPORT + TEST);
  writeIn(
    folder,
    'ts-modules/jest.config.js',
    `export default { extensionsToTreatAsEsm: ['.ts'], transform: { '\\\\.ts$': ['ts-jest', { useESM: true }] } };`,
  );
  runJest('ts-modules', MODULES);

  writeIn(folder, 'require/gate.test.js', REQUIRE + TEST);
  if (major >= 24) runJest('require', MODULES);
  writeIn(folder, 'require/jest.config.js', transform?.code ?? '');
  runJest('require', []);

  writeIn(folder, 'ts-require/tsconfig.json', typescript);
  writeIn(folder, 'ts-require/gate.test.ts', IMPORT + TEST);
  const both = (transform?.code ?? '').replace('transform: {', () => `transform: { '\\\\.ts$': 'ts-jest',`);
  writeIn(folder, 'ts-require/jest.config.js', both);
  runJest('ts-require', []);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
