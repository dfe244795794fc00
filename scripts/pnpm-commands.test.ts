import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

interface Manifest {
  readonly name: string;
  readonly scripts?: Readonly<Record<string, string>>;
}
const manifestIn = (folder: string) => JSON.parse(read(`${folder}/package.json`)) as Manifest;
const foldersIn = (parent: string) =>
  readdirSync(new URL(`../${parent}`, import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${parent}/${name}`);
const packages = [...foldersIn('packages'), ...foldersIn('examples')].filter((folder) =>
  existsSync(new URL(`../${folder}/package.json`, import.meta.url)),
);

/** What pnpm runs without a script of that name. */
const NOT_SCRIPTS = ['changeset', 'install', 'pack', 'vitest'];

/** The commands of pnpm in a Markdown file's code: the packages that each names, and what it runs there. */
function pnpmCommands(file: string): { filters: string[]; script: string }[] {
  const commands = read(file).matchAll(
    /(?:^(?:\$ )?|`|\w=\S+ )(?:npx (?:-y )?)?pnpm(?:@12)? ((?:--filter \S+ )*)(?:run )?([\w:]+)/gm,
  );
  return [...commands].map(([, filters = '', script = '']) => ({
    filters: [...filters.matchAll(/--filter (\S+)/g)].map(([, name = '']) => name),
    script,
  }));
}

const named = new Map(packages.map((folder) => [manifestIn(folder).name, folder]));
const markdown = [
  ...['README.md', 'CONTRIBUTING.md'],
  ...readdirSync(new URL('../docs', import.meta.url))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
  ...packages
    .map((folder) => `${folder}/README.md`)
    .filter((file) => existsSync(new URL(`../${file}`, import.meta.url))),
].map((file) => ({ file, commands: pnpmCommands(file) }));

it.each(markdown.filter(({ commands }) => commands.length > 0))(
  'names commands in $file that there are',
  ({ file, commands }) => {
    const here = packages.includes(dirname(file)) ? [dirname(file), '.'] : ['.'];
    const missing = commands.filter(({ filters, script }) => {
      const folders = filters.length === 0 ? here : filters.map((name) => named.get(name) ?? name);
      return (
        !NOT_SCRIPTS.includes(script) &&
        !folders.some((folder) => script in (manifestIn(folder).scripts ?? {}))
      );
    });
    expect(missing).toEqual([]);
    expect(commands.flatMap(({ filters }) => filters).filter((name) => !named.has(name))).toEqual([]);
  },
);

it('finds those commands', () => {
  const count = (of: string) => markdown.find(({ file }) => file === of)?.commands.length;
  expect(count('docs/server.md')).toBe(2);
  expect(count('examples/ci-script/README.md')).toBe(2);
});
