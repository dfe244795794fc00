import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ADAPTERS = ['express.ts', 'fastify.ts', 'fetch.ts', 'node.ts'];

test.each(ADAPTERS)(
  'importing ./%s loads no framework, nothing of Node, and no other adapter',
  async (adapter) => {
    const { files, packages } = await loadedBy(new URL(adapter, import.meta.url));
    expect(packages).toEqual(['@quietgate/core', '@quietgate/core/internal']);
    expect(files.filter((file) => ADAPTERS.includes(file))).toEqual([adapter]);
    expect(files).toContain('in-flight-count.ts');
  },
);

test('there is no root export, and each adapter is one', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    exports: object;
  };
  const adapters = ADAPTERS.map((file) => `./${basename(file, '.ts')}`);
  expect(Object.keys(manifest.exports)).toEqual([...adapters, './package.json']);
});

/** What is loaded when a source file is imported: types are not, they are gone by then. */
async function loadedBy(entry: URL): Promise<{ files: string[]; packages: string[] }> {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    packages: 'external',
    format: 'esm',
    write: false,
    metafile: true,
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
  const packages = imports.filter(({ external }) => external === true).map(({ path }) => path);
  return {
    files: Object.keys(metafile.inputs).map((path) => basename(path)),
    packages: [...new Set(packages)].sort(),
  };
}
