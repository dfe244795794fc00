import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const ADAPTERS = ['express.ts', 'fastify.ts', 'fetch.ts', 'node.ts'];

test.each(ADAPTERS)('importing ./%s loads no framework, nothing of Node, and no other adapter', (adapter) => {
  const { files, packages } = loadedBy(new URL(adapter, import.meta.url));
  expect(packages.toSorted()).toEqual(['@quietgate/core', '@quietgate/core/internal']);
  expect(files.filter((file) => ADAPTERS.includes(file))).toEqual([adapter]);
  expect(files).toContain('in-flight-count.ts');
});

test('there is no root export, and each adapter is one', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    exports: object;
  };
  const adapters = ADAPTERS.map((file) => `./${basename(file, '.ts')}`);
  expect(Object.keys(manifest.exports)).toEqual([...adapters, './package.json']);
});

/** What is loaded when a source file is imported: types are not, they are gone by then. */
function loadedBy(entry: URL): { files: string[]; packages: string[] } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: URL) => {
    if (files.has(file.href)) return;
    files.add(file.href);
    const source = readFileSync(file, 'utf8');
    const options = {
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    };
    const { outputText } = ts.transpileModule(source, { compilerOptions: options });
    for (const { fileName } of ts.preProcessFile(outputText).importedFiles) {
      if (existsSync(fileURLToPath(new URL(fileName, file)))) visit(new URL(fileName, file));
      else packages.add(fileName);
    }
  };
  visit(entry);
  return { files: [...files].map((href) => basename(href)), packages: [...packages] };
}
