/**
 * Builds the reference of the public names from their doc comments (`pnpm docs:api`), or with `--check` only looks whether
 * it can be built: no warning, and an example for everything that can be called.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, ReflectionKind } from 'typedoc';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tsconfig = join(import.meta.dirname, 'tsconfig.json');
const { files: entries } = JSON.parse(readFileSync(tsconfig, 'utf8')) as { files: string[] };

const app = await Application.bootstrap({
  name: 'Quietgate',
  tsconfig,
  readme: 'none',
  entryPoints: entries.map((entry) => join(import.meta.dirname, entry)),
  displayBasePath: join(root, 'packages'),
  disableSources: true, // a link to a line leads elsewhere after the next commit
  skipErrorChecking: true, // `pnpm typecheck` has done so
  // The parts of a type are shown where the type is.
  validation: { notExported: false, invalidLink: true, notDocumented: true },
  // A mapped type cannot carry a comment; that of `Run` says what `using` does.
  intentionallyNotDocumented: ['core/src.Run.[dispose]'],
  requiredToBeDocumented: ['Function', 'Class', 'Interface', 'TypeAlias', 'Variable', 'Property', 'Method'],
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
  logLevel: 'Warn',
});

const project = await app.convert();
if (project === undefined) process.exit(1);
app.validate(project);
for (const entry of project.children ?? []) {
  entry.name = entry.name
    .replace('core/src', '@quietgate/core')
    .replace('http-adapters/src', '@quietgate/http-adapters')
    .replace('postgres/src', '@quietgate/postgres');
  for (const { name, comment, signatures, kind } of entry.children ?? []) {
    const comments = [comment, ...(signatures ?? []).map((signature) => signature.comment)];
    const isCalled = signatures !== undefined || kind === ReflectionKind.Class;
    if (isCalled && !comments.some((each) => each?.getTag('@example') !== undefined)) {
      app.logger.error(`${name} of ${entry.name} has no @example`);
    }
  }
}
if (!process.argv.includes('--check')) await app.generateDocs(project, join(root, 'reference'));
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);
