import { type ParseArgsConfig, parseArgs as tokenize } from 'node:util';
import {
  type Command,
  COMMANDS,
  quote,
  type Row,
  rowsFor,
  type Setting,
  type Settings,
  UsageError,
} from '@quietgate/job';
import { nearestName } from '@quietgate/core/internal';

/** What the command line asks for. */
export type Request =
  | { readonly type: 'help'; readonly of: Command }
  | { readonly type: 'version' }
  | {
      readonly type: Command;
      readonly settings: Settings;
      /** What stands behind `--`, which only waiting takes. */
      readonly command: readonly string[] | undefined;
    };

type Name = Exclude<Command, 'wait'>;
const NAMED_COMMANDS = Object.keys(COMMANDS).filter((name): name is Name => name !== 'wait');

type Rows = readonly [name: string, row: Row][];

/** What a command takes: options, which have a name, and arguments. */
function rowsOf(command: Command): { readonly options: Rows; readonly args: Rows } {
  const rows = rowsFor(COMMANDS[command], 'command-line');
  const isArgument = ([, row]: Rows[number]) => row.isArgument === true;
  return { options: rows.filter((row) => !isArgument(row)), args: rows.filter(isArgument) };
}

const ALL_OPTIONS = new Map(
  (Object.keys(COMMANDS) as Command[]).flatMap((command) => rowsOf(command).options),
);

/**
 * Reads the arguments, without node and the script.
 *
 * @throws UsageError when an option is unknown or does not belong to the command
 */
export function parseArgs(argv: readonly string[]): Request {
  const end = argv.indexOf('--');
  const [own, behind] = end < 0 ? [argv] : [argv.slice(0, end), argv.slice(end + 1)];
  const tokens = tokensOf(own);
  const options = tokens.filter((token) => token.kind === 'option');
  const words = tokens.filter((token) => token.kind === 'positional').map(({ value }) => value);
  const command = NAMED_COMMANDS.find((name) => name === words[0]) ?? 'wait';
  // Whoever asks for help gets it, whatever else is wrong.
  if (options.some(({ name }) => name === 'help')) return { type: 'help', of: command };
  if (command === 'wait') checkIsNoCommand(words[0]);
  const settings = readOptions(command, options);
  readArguments(command, command === 'wait' ? words : words.slice(1), settings);
  for (const name of ['lease', 'holder', 'keep-lease']) {
    const isAlone = command === 'wait' && settings.has(name) && !settings.has('cordon');
    if (isAlone) throw new UsageError(`--${name} needs --cordon`);
  }
  if (settings.has('version')) return { type: 'version' };
  if (behind !== undefined && command !== 'wait')
    throw new UsageError(`${command} takes no command behind --`);
  return { type: command, settings, command: behind };
}

type Option = Extract<ReturnType<typeof tokensOf>[number], { kind: 'option' }>;

function tokensOf(argv: readonly string[]) {
  const options: NonNullable<ParseArgsConfig['options']> = {};
  for (const [name, row] of ALL_OPTIONS) options[name] = { type: row.isFlag === true ? 'boolean' : 'string' };
  options['help'] = { type: 'boolean', short: 'h' };
  return tokenize({
    args: [...argv],
    options,
    allowPositionals: true,
    strict: false, // its errors name neither what an option takes nor what it got
    tokens: true,
  }).tokens;
}

function readOptions(command: Command, options: readonly Option[]): Map<string, readonly Setting[]> {
  const settings = new Map<string, readonly Setting[]>();
  for (const option of options) {
    const before = settings.get(option.name) ?? [];
    settings.set(option.name, [...before, readOption(command, option)]);
  }
  return settings;
}

/** Each argument takes a word, and one that may be repeated all that are left. */
function readArguments(
  command: Command,
  words: readonly string[],
  settings: Map<string, readonly Setting[]>,
): void {
  const hiddenBecause = whyHidden(settings);
  const { args } = rowsOf(command);
  let rest = words;
  for (const [name, { isList }] of args) {
    const given = isList === true ? rest : rest.slice(0, 1);
    rest = rest.slice(given.length);
    const all = given.map((value) => ({ name: `[${name}]`, value, hiddenBecause }));
    if (all.length > 0) settings.set(name, all);
  }
  if (rest.length > 0) {
    const takes = args.map(([name]) => `[${name}]`).join(' and ');
    throw new UsageError(`${command} takes ${takes}, got ${words.length} arguments`);
  }
}

/** Other words for a command, as they come to mind at night. */
const MEANT: ReadonlyMap<string, Name> = new Map([
  ['release', 'uncordon'],
  ['lift', 'uncordon'],
  ['unlock', 'uncordon'],
]);

/** A word that begins like a command's name is a slip of the fingers, and no URL. */
function checkIsNoCommand(word: string | undefined): void {
  if (word === undefined || !/^[a-z]+$/i.test(word)) return;
  const nearest = nearestName(word, NAMED_COMMANDS);
  const isNear = nearest.startsWith(word.slice(0, 2).toLowerCase());
  const meant = MEANT.get(word.toLowerCase()) ?? (isNear ? nearest : undefined);
  if (meant !== undefined) throw new UsageError(`there is no command ${quote(word)}: did you mean ${meant}?`);
}

/** Why no message repeats what arrived as an argument. */
function whyHidden(settings: Settings): string | undefined {
  if (settings.has('header')) return 'a header needs quotes around it';
  return settings.has('cordon') ? 'the token is taken from CORDON_TOKEN' : undefined;
}

function readOption(command: Command, { name, rawName, value }: Option): Setting {
  const known = ALL_OPTIONS.get(name);
  if (known === undefined)
    throw new UsageError(`there is no option ${quote(rawName)}${suggestion(name, rawName)}`);
  if (!rowsOf(command).options.some(([each]) => each === name)) {
    throw new UsageError(`${command === 'wait' ? 'waiting' : command} takes no ${rawName}`);
  }
  if (known.isFlag !== true) return { name: rawName, value: value ?? '' };
  if (value !== undefined) throw new UsageError(`${rawName} takes no value`);
  return { name: rawName, value: 'true' };
}

/** Single letters are like no name. */
function suggestion(name: string, rawName: string): string {
  if (!rawName.startsWith('--')) return '';
  return `: did you mean --${nearestName(name, [...ALL_OPTIONS.keys()])}?`;
}
