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

/** The options of a command that have a name. */
function optionsOf(command: Command): [name: string, row: Row][] {
  return rowsFor(COMMANDS[command], 'command-line').filter(([, { isArgument }]) => isArgument !== true);
}

const ALL_OPTIONS = new Map((Object.keys(COMMANDS) as Command[]).flatMap((command) => optionsOf(command)));

/**
 * Reads the arguments, without node and the script.
 *
 * @throws UsageError when an option is unknown or does not belong to the command
 */
export function parseArgs(argv: readonly string[]): Request {
  const end = argv.indexOf('--');
  const tokens = tokensOf(end < 0 ? argv : argv.slice(0, end));
  const command = commandOf(tokens);
  // Whoever asks for help gets it, whatever else is wrong.
  if (tokens.some((token) => token.kind === 'option' && token.name === 'help')) {
    return { type: 'help', of: command };
  }
  if (command === 'wait') checkIsNoCommand(firstWord(tokens));
  const settings = readTokens(command, tokens);
  if (settings.has('version')) return { type: 'version' };
  if (end >= 0 && command !== 'wait') throw new UsageError(`${command} takes no command behind --`);
  return { type: command, settings, command: end < 0 ? undefined : argv.slice(end + 1) };
}

/** The command is the first argument that is no option. */
function commandOf(tokens: readonly Token[]): Command {
  const first = firstWord(tokens);
  return NAMED_COMMANDS.find((name) => name === first) ?? 'wait';
}

function firstWord(tokens: readonly Token[]): string | undefined {
  return tokens.find((token) => token.kind === 'positional')?.value;
}

type Token = ReturnType<typeof tokensOf>[number];

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

function readTokens(command: Command, tokens: readonly Token[]): Map<string, readonly Setting[]> {
  const settings = new Map<string, readonly Setting[]>();
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const setting = readOption(command, token);
    settings.set(token.name, [...(settings.get(token.name) ?? []), setting]);
  }
  readArguments(command, command === 'wait' ? words : words.slice(1), settings);
  for (const name of ['lease', 'holder', 'keep-lease']) {
    const isAlone = command === 'wait' && settings.has(name) && !settings.has('cordon');
    if (isAlone) throw new UsageError(`--${name} needs --cordon`);
  }
  return settings;
}

function readArguments(
  command: Command,
  words: readonly string[],
  settings: Map<string, readonly Setting[]>,
): void {
  const hiddenBecause = whyHidden(settings);
  const rows = rowsFor(COMMANDS[command], 'command-line').filter(([, { isArgument }]) => isArgument === true);
  const mayBeMany = rows.some(([, { isList }]) => isList === true);
  if (!mayBeMany && words.length > rows.length) {
    const takes = rows.map(([name]) => `[${name}]`).join(' and ');
    throw new UsageError(`${command} takes ${takes}, got ${words.length} arguments`);
  }
  for (const [index, [name, { isList }]] of rows.entries()) {
    const given = isList === true ? words : words.slice(index, index + 1);
    if (given.length === 0) continue;
    settings.set(
      name,
      given.map((value) => ({ name: `[${name}]`, value, hiddenBecause })),
    );
  }
}

/** Other words for a command, as they come to mind at night. */
const MEANT: ReadonlyMap<string, Name> = new Map([
  ['release', 'uncordon'],
  ['lift', 'uncordon'],
  ['unlock', 'uncordon'],
]);

/** A word that begins like a command's name is a slip of the fingers, and no URL. */
function checkIsNoCommand(word = ''): void {
  if (!/^[a-z]+$/i.test(word)) return;
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

function readOption(command: Command, token: Extract<Token, { kind: 'option' }>): Setting {
  const { name, rawName, value } = token;
  const known = ALL_OPTIONS.get(name);
  if (known === undefined || !(rawName.startsWith('--') || name === 'help')) {
    throw new UsageError(`there is no option ${quote(rawName)}${suggestion(rawName)}`);
  }
  if (!optionsOf(command).some(([each]) => each === name)) {
    throw new UsageError(`${command === 'wait' ? 'waiting' : command} takes no ${rawName}`);
  }
  if (known.isFlag !== true) return { name: rawName, value: value ?? '' };
  if (value !== undefined) throw new UsageError(`${rawName} takes no value`);
  return { name: rawName, value: 'true' };
}

/** Single letters are like no name. */
function suggestion(rawName: string): string {
  if (!rawName.startsWith('--')) return '';
  return `: did you mean --${nearestName(rawName.slice(2), [...ALL_OPTIONS.keys()])}?`;
}
