import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A package as it is published. */
export interface Tarball {
  readonly name: string;
  readonly file: string;
}

interface SourceMap {
  readonly sources: readonly string[];
  readonly sourcesContent?: readonly (string | null)[];
}

/** Packs every package that is published. */
export function packAll(root: string, destination: string): Tarball[] {
  mkdirSync(destination, { recursive: true });
  const folders = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name));
  return folders.flatMap((folder) => {
    const manifest = readFileSync(join(folder, 'package.json'), 'utf8');
    const { name, private: isPrivate } = JSON.parse(manifest) as { name: string; private?: boolean };
    if (isPrivate === true) return [];
    const pack = ['--dir', folder, 'pack', '--json', '--pack-destination', destination];
    const { filename } = JSON.parse(execFileSync('pnpm', pack, { encoding: 'utf8' })) as { filename: string };
    return [{ name, file: filename }];
  });
}

/**
 * What is wrong with the files of a package as it is installed: no licence, a map that does not lead to sources, or an entry
 * that is in several files. (That every entry is there is for publint.)
 */
export function problemsOf(folder: string, license: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => !file.startsWith('node_modules'),
  );
  return [
    ...(existsSync(join(folder, 'LICENSE')) && readFileSync(join(folder, 'LICENSE'), 'utf8') === license
      ? []
      : ['LICENSE is missing, or another one']),
    ...files.filter((file) => file.endsWith('.js')).flatMap((file) => mapProblems(folder, file)),
    ...chunkProblems(folder, files),
  ];
}

/** `require()` of an entry fails on a chunk of it under Yarn's Plug'n'Play. A package that only has a command has no entry. */
function chunkProblems(folder: string, files: readonly string[]): string[] {
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    exports: Readonly<Record<string, string | { readonly default: string }>>;
  };
  const entries = Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? [] : entry.default));
  const chunks = files.filter((file) => file.endsWith('.js') && !entries.includes(`./${file}`));
  return entries.length === 0 ? [] : chunks.map((file) => `${file} is a chunk of an entry`);
}

function mapProblems(folder: string, file: string): string[] {
  const [, map] = /^\/\/# sourceMappingURL=(.*)$/m.exec(readFileSync(join(folder, file), 'utf8')) ?? [];
  if (map === undefined) return [];
  const path = join(folder, dirname(file), map);
  if (!existsSync(path)) return [`${file} names the map ${map}, which is not packed`];
  const { sources, sourcesContent = [] } = JSON.parse(readFileSync(path, 'utf8')) as SourceMap;
  return sources
    .filter((source, index) => !sourcesContent[index] && !existsSync(join(dirname(path), source)))
    .map((source) => `${map} names ${source}, and holds it not`);
}
