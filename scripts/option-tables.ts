/*
 * The options as documents show them, generated from the tables that the command line and the action read:
 * `pnpm docs:options` writes them between the marks of a Markdown file, and into action.yml. A test holds them there.
 *
 *     <!-- options: wait -->      the options of a command of the command line: wait, uncordon, status, until, check
 *     <!-- options: action -->    the inputs of the action
 *     <!-- end of options -->
 *     <!--max-wait-->30 minutes<!--/-->   a limit in a sentence, by its name in limits.ts
 */
import { type Command, COMMANDS, type Row, rowsFor } from '@quietgate/job';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';
import { LIMITS } from './limits.ts';

const root = new URL('../', import.meta.url);
const ACTION_YML = 'packages/action/action.yml';

/** The files that may hold generated options, by their paths from the root. */
export function documentsWithOptions(): string[] {
  const inFolder = (folder: string) => readdirSync(new URL(folder, root)).map((name) => `${folder}${name}`);
  const readmes = inFolder('packages/').map((folder) => `${folder}/README.md`);
  const documents = [...inFolder('docs/'), 'README.md', 'SECURITY.md', ...readmes].filter(
    (path) => path.endsWith('.md') && existsSync(new URL(path, root)),
  );
  return [ACTION_YML, ...documents];
}

export function readDocument(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}

/** A file's text with its options generated anew. */
export async function withOptions(path: string, text: string): Promise<string> {
  const generated = path === ACTION_YML ? withInputs(text) : withLimits(withTables(text));
  if (generated === text) return text;
  const filepath = fileURLToPath(new URL(path, root));
  return prettier.format(generated, { ...(await prettier.resolveConfig(filepath)), filepath });
}

function withTables(text: string): string {
  return text.replace(
    /(<!-- options: ([a-z]+) -->\n)[^]*?(<!-- end of options -->)/g,
    (_, start: string, name: string, end: string) => `${start}\n${tableOf(name)}\n\n${end}`,
  );
}

function withLimits(text: string): string {
  return text.replace(/<!--([a-z-]+)-->[^<]*<!--\/-->/g, (_, name: string) => {
    const limit = LIMITS.get(name);
    if (limit === undefined) throw new Error(`there is no limit ${name}`);
    return `<!--${name}-->${limit}<!--/-->`;
  });
}

function tableOf(name: string): string {
  if (name === 'action') return tableOfInputs();
  if (!(name in COMMANDS)) throw new Error(`there are no options of ${name}`);
  const rows = rowsFor(COMMANDS[name as Command], 'command-line').map(([option, row]) => [
    row.isArgument === true ? `\`[${option}]\`` : `\`--${option}\``,
    code(row.default),
    code(row.variable),
    sentence(row, row.isArgument === true ? '' : '; may be repeated'),
  ]);
  return markdown([['option', 'default', 'environment', ''], ...rows]);
}

const inputs = rowsFor(COMMANDS.wait, 'action').map(([name, row]): [string, Row] => [
  name,
  row.isFlag === true ? { default: 'false', ...row } : row,
]);

function tableOfInputs(): string {
  const rows = inputs.map(([name, row]) => [
    `\`${name}\``,
    [row.variable && `\`${row.variable}\` of the environment`, code(row.default)]
      .filter(Boolean)
      .join(', or '),
    sentence(row, '; one a line'),
  ]);
  return markdown([['input', 'default', ''], ...rows]);
}

function sentence({ meaning, details = '', isList = false }: Row, ofList: string): string {
  return meaning + details + (isList ? ofList : '');
}

function withInputs(text: string): string {
  const lines = inputs.map(([name, row]) => {
    const meaning = sentence(row, '; one a line').replaceAll('`', '');
    const otherwise = [row.variable && `${row.variable} of the environment`, row.default];
    const byDefault = otherwise.filter(Boolean).join(', or ');
    const description = meaning + (byDefault === '' ? '' : `. Default ${byDefault}`);
    return `  ${name}:\n    description: ${JSON.stringify(description)}\n`;
  });
  return text.replace(/^inputs:\n(?:[ ].*\n)*/m, `inputs:\n${lines.join('')}`);
}

function markdown(rows: readonly string[][]): string {
  const [header = [], ...rest] = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  return [header, header.map(() => '---'), ...rest].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function code(text: string | undefined): string {
  return text === undefined ? '' : `\`${text}\``;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const path of documentsWithOptions()) {
    const text = readDocument(path);
    const generated = await withOptions(path, text);
    if (generated !== text) writeFileSync(new URL(path, root), generated);
  }
}
