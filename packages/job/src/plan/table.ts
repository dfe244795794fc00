import { type Environment, type Setting, wrong } from './setting.ts';

/** Where an option can be given, beside its environment variable. */
export type Place = 'command-line' | 'action';

/**
 * What is said of an option: the help, the inputs of the action and the documents are generated from it. It can be given in
 * both places, but not where it says `false`.
 */
interface About extends Readonly<Partial<Record<Place, false>>> {
  /** What it means, in the half line that the help has for it. */
  readonly meaning: string;
  /** How the sentence goes on where there is room for it. */
  readonly details?: string;
  /** What it takes, for the help: an example, which is the default where there is one. */
  readonly takes?: string;
  /** The environment variable that counts when none is given. */
  readonly variable?: string;
  /** It is an argument, and not an option with a name. */
  readonly isArgument?: boolean;
}

/** What makes a value of what was given: all there is of what a variable alone can give. */
export interface Readable<Value = unknown> extends Pick<About, 'variable'> {
  /** @throws UsageError for the first setting that is wrong */
  readonly read: (given: readonly Setting[]) => Value;
}

/** One option of a command: what is said of it, and what makes a value of what was given. */
export interface Row<Value = unknown> extends About, Readable<Value> {
  /** The value when none is given, as one would write it. */
  readonly default?: string;
  /** An input of the action has a line for each value. */
  readonly isList?: boolean;
  /** It is either given or not. */
  readonly isFlag?: boolean;
}

/** The options of one command, by name, in the order in which they are listed. */
export type Table = Readonly<Record<string, Row | Readable>>;

/** The values that a table reads. */
export type Values<T extends Table> = { readonly [Name in keyof T]: ReturnType<T[Name]['read']> };

/** Everything that was given, by the names of a table. Of an option that takes one value, the last one counts. */
export type Settings = ReadonlyMap<string, readonly Setting[]>;

type Reader<Value> = (setting: Setting) => Value;

/** An option that takes one value; of several the last one counts, and a wrong one before it is refused as well. */
export function optional<Value>(read: Reader<Value>, about: About): Row<Value | undefined> {
  return { ...about, read: (given) => given.map(read).at(-1) };
}

/** The same with a default, which is written and read as a user's value is. */
export function value<Value>(read: Reader<Value>, byDefault: string, about: About): Row<Value> {
  const otherwise = { name: 'the default', value: byDefault };
  return {
    takes: byDefault,
    default: byDefault,
    ...about,
    read: (given) => given.map(read).at(-1) ?? read(otherwise),
  };
}

/** An option that takes any number of values. */
export function values<Value>(read: Reader<Value>, about: About): Row<readonly Value[]> {
  return { ...about, isList: true, read: (given) => given.map(read) };
}

/** An option that is either given or not; an input of the action is given by `true`. */
export function flag(about: About): Row<boolean> {
  return { ...about, isFlag: true, read: (given) => given.map(readFlag).at(-1) ?? false };
}

function readFlag(setting: Setting): boolean {
  const lower = setting.value.toLowerCase();
  if (lower !== 'true' && lower !== 'false') throw wrong(setting, 'takes true or false');
  return lower === 'true';
}

/** What a table makes of what was given. */
export interface Read<T extends Table> {
  readonly values: Values<T>;
  /** The name by which a user knows an option, as it was given, or else could be. */
  readonly nameOf: (option: keyof T & string) => string;
}

/**
 * Reads what was given, and what the environment adds to it: an empty variable counts as unset, and an option wins over its
 * variable. No message repeats a header's value, or what may be a password or the cordon's token.
 *
 * @throws UsageError for the first setting that is wrong
 */
export function readTable<T extends Table>(table: T, given: Settings, env: Environment): Read<T> {
  const settingsOf = (name: string) => given.get(name) ?? fromVariable(table[name]?.variable, env);
  const tokens = settingsOf('cordon-token');
  const read = Object.entries(table).map(([name, row]) => {
    const settings = settingsOf(name).map((setting) => hideToken(setting, tokens));
    return [name, row.read(settings)] as const;
  });
  return {
    values: Object.fromEntries(read) as Values<T>,
    nameOf: (option) => settingsOf(option).at(-1)?.name ?? `--${option}`,
  };
}

function fromVariable(name: string | undefined, env: Environment): readonly Setting[] {
  const value = name && env[name]?.trim();
  return name && value ? [{ name, value, isVariable: true }] : [];
}

/** What holds the token in another setting's place is not repeated. */
function hideToken(setting: Setting, tokens: readonly Setting[]): Setting {
  return tokens.some(({ value }) => setting.value.includes(value))
    ? { ...setting, hiddenBecause: 'it holds the token of the cordon' }
    : setting;
}

/** The options of a table that can be given in one place, in its order. */
export function rowsFor(table: Table, place: Place): [name: string, row: Row][] {
  return Object.entries(table).filter(
    (entry): entry is [string, Row] => 'meaning' in entry[1] && entry[1][place] !== false,
  );
}
