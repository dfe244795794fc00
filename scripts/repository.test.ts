import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/*
 * The home of the repository stands in the root package.json, and nowhere else on its own account. Whatever names it besides
 * has to agree, so that a move is one edit there and this test as the list of the others.
 */
const root = fileURLToPath(new URL('..', import.meta.url));

interface Manifest {
  readonly private?: boolean;
  readonly name: string;
  readonly homepage?: string;
  readonly bugs?: string;
  readonly repository?: { readonly type: string; readonly url: string; readonly directory?: string };
  readonly [field: string]: unknown;
}

const manifestOf = (folder: string) =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;

const { repository, ...workspace } = manifestOf('.');
const home = repository?.url.replace(/^git\+|\.git$/g, '') ?? '';
const slug = new URL(home).pathname.slice(1);

const published = readdirSync(join(root, 'packages'))
  .map((name) => ({ folder: `packages/${name}`, manifest: manifestOf(`packages/${name}`) }))
  .filter(({ manifest }) => manifest.private !== true);

/** Every file that people or tools read, except what is generated or installed. */
const texts = filesIn('').filter((file) => /\.(md|ya?ml|json|ts|js)$/.test(file));

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return [path];
    return ['node_modules', 'dist', '.git', '.stryker-tmp', '.readme'].includes(entry.name)
      ? []
      : filesIn(path);
  });
}

/** The names that a pattern finds, of a repository that is called as this one. */
function namesIn(pattern: RegExp): { file: string; name: string }[] {
  const repositoryName = slug.replace(/^.*\//, '');
  return texts.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(pattern)]
      .map(([, name = '']) => ({ file, name: name.replace(/\.git$/, '') }))
      .filter(({ name }) => name.endsWith(`/${repositoryName}`)),
  );
}

describe('the home of the repository', () => {
  it('is a repository on the web', () => {
    expect(home).toMatch(/^https:\/\/[\w.-]+\/[\w.-]+\/[\w.-]+$/);
    expect(workspace).toMatchObject({ homepage: `${home}#readme`, bugs: `${home}/issues` });
  });

  it.each(published)('is in the manifest of $manifest.name', ({ folder, manifest }) => {
    expect(manifest).toMatchObject({
      homepage: `${home}/tree/main/${folder}#readme`,
      bugs: `${home}/issues`,
      repository: { type: 'git', url: `git+${home}.git`, directory: folder },
    });
  });

  it.each([
    ['URLs', /github\.com[/:]([\w.-]+\/[\w.-]+)/g],
    ['`uses:` lines', /\b([\w.-]+\/[\w.-]+)\/packages\/action@/g],
  ])('is the one in all %s', (_, pattern) => {
    const names = namesIn(pattern);
    expect(names).not.toEqual([]);
    expect(names.filter(({ name }) => name !== slug)).toEqual([]);
  });
});

describe.each(published)('the manifest of $manifest.name', ({ manifest }) => {
  it('says what registries show and package managers ask for', () => {
    expect(manifest).toMatchObject({
      description: expect.stringMatching(/^.{40,140}$/) as string,
      keywords: expect.arrayContaining(['deploy', 'gate']) as string[],
      license: 'MIT',
      type: 'module',
      engines: workspace['engines'],
      publishConfig: { access: 'public', provenance: true },
    });
  });
});
