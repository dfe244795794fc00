import { build, type Plugin } from 'esbuild';
import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

const folder = join(tmpdir(), `quietgate-${process.pid}`);
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true });
});

/** What CommonJS among it asks for. */
const FOR_COMMONJS = `
import { createRequire as requireForCommonJs } from 'node:module';
const require = requireForCommonJs(import.meta.url);
const __filename = import.meta.filename;
const __dirname = import.meta.dirname;
`;

/** A module finds its files as if it were not bundled. */
const ownUrls: Plugin = {
  name: 'own-urls',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href));
      return { contents, loader: 'ts' };
    });
  },
};

/**
 * Bundles a program in TypeScript with all that it imports, and returns the path of the result, which Node starts by
 * itself: that takes a fifth of the time that it takes with `tsx`.
 */
export async function bundled(entry: string): Promise<string> {
  const name = entry.slice(root.length).replaceAll(/\W/g, '-');
  const outfile = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    tsconfig: join(root, 'tsconfig.json'),
    logLevel: 'error',
    banner: { js: FOR_COMMONJS },
    plugins: [ownUrls],
  });
  return outfile;
}
