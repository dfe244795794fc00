/*
 * Fails when files import each other in a circle, types included: a file of such a circle cannot be read, tested or moved
 * without the others. Other tools leave out the imports of types, which are gone at run time.
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import ts from 'typescript';

const root = process.cwd();
const config = ts.readConfigFile('tsconfig.json', ts.sys.readFile.bind(ts.sys));
const { fileNames, options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
const cache = ts.createModuleResolutionCache(root, (name) => name, options);
const files = new Set(fileNames);

const importsOf = (file: string): string[] =>
  ts
    .preProcessFile(readFileSync(file, 'utf8'))
    .importedFiles.map(
      ({ fileName }) =>
        ts.resolveModuleName(fileName, file, options, ts.sys, cache).resolvedModule?.resolvedFileName,
    )
    .filter((imported) => imported !== undefined && files.has(imported)) as string[];

const done = new Set<string>();
const circles: string[][] = [];
for (const file of fileNames) visit(file, []);
for (const circle of circles) console.error(circle.map((file) => relative(root, file)).join('\n  → '));
console.log(`${fileNames.length} files, ${circles.length} circles of imports`);
if (circles.length > 0) process.exitCode = 1;

function visit(file: string, path: readonly string[]): void {
  if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file]);
  else if (!done.has(file)) {
    for (const imported of importsOf(file)) visit(imported, [...path, file]);
    done.add(file);
  }
}
