import { deepEqual } from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeBlocks } from '@quietgate/testkit/readme';
import { run } from './package-managers.ts';

/** Does what docs/server.md says of a clone, with this one once it is built: its command line, and its packages in a new project. */
export function useFromClone(root: string, folder: string): void {
  const page = join(root, 'docs/server.md');
  const blocks = codeBlocks(page).filter(({ heading }) => heading === 'From a clone');
  const [build = '', pack = '', install = ''] = blocks.map(({ code }) =>
    code.replaceAll('/tmp/quietgate', join(folder, 'tarballs')),
  );
  deepEqual([blocks.length, build.split('\n').at(-2)], [4, 'npx -y pnpm@12 build']);

  const project = join(folder, 'project');
  mkdirSync(project, { recursive: true });
  const unasked = { npm_config_yes: 'true', npm_config_audit: 'false', npm_config_fund: 'false' };
  run(root, ['node', 'packages/cli/dist/bin.js', '--version']);
  run(root, ['sh', '-ec', pack], unasked);
  run(project, ['npm', 'init', '-y', '--silent']);
  run(project, ['sh', '-ec', install], unasked);
  // As a script, which the project's type has made an ES module.
  const imports = ['core', 'core/testing', 'http-adapters/node', 'postgres'].map(
    (name) => `await import('@quietgate/${name}');\n`,
  );
  writeFileSync(join(project, 'index.js'), imports.join(''));
  run(project, ['node', 'index.js']);
}
