import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

const PACKAGE_FOLDER = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/** Puts the licences of everything that is bundled beside the bundle, as those licences ask. */
export const thirdPartyLicenses: Plugin = {
  name: 'third-party-licenses',
  setup(build) {
    build.initialOptions.metafile = true;
    build.onEnd(({ metafile }) => {
      const folders = Object.keys(metafile?.inputs ?? {}).flatMap(
        (input) => PACKAGE_FOLDER.exec(input) ?? [],
      );
      const texts = [...new Set(folders)].sort().map((folder) => licenseOf(resolve(folder)));
      const { outdir = '.' } = build.initialOptions;
      mkdirSync(outdir, { recursive: true }); // esbuild's own result is written only later
      writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES.txt'), texts.join('\n\n'));
    });
  },
};

function licenseOf(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>;
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  if (file === undefined) throw new Error(`${folder} holds no licence to bundle with it`);
  const title = `${manifest['name'] ?? ''} ${manifest['version'] ?? ''} (${manifest['license'] ?? ''})`;
  return `${title}\n${'-'.repeat(title.length)}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
}
