import type { Environment, Setting } from './setting.ts';

/** Where an option can be given, beside its environment variable. */
export type Place = 'command-line' | 'action';

/** What is said of an option: the help, the inputs of the action and the documents are generated from it. */
interface About {
  /** What it means, in the half line that the help has for it. */
  readonly meaning: string;
  /** How the sentence goes on where there is room for it. */
  readonly details?: string;
  /** The environment variable that counts when none is given. */
  readonly variable?: string;
  /** Where it can be given. @default both */
  readonly places?: readonly Place[];
  /** It is an argument, and not an option with a name. */
  readonly isArgument?: boolean;
}

/** One option of a command: what is said of it, and what makes a value of what was given. */
export interface Row<Value = unknown> extends About {
  /** What it takes, for the help: an example, which is the default where there is one. Absent for a flag. */
  readonly takes?: string;
  /** The value when none is given, as one would write it. */
  readonly default?: string;
  /** An input of the action has a line for each value. */
  readonly isList?: boolean;
  /** @throws UsageError for the first setting that is wrong */
  readonly read: (given: readonly Setting[]) => Value;
}

/** The options of one command, by name, in the order in which they are listed. */
export type Table = Readonly<Record<string, Row>>;

/** The values that a table reads. */
export type Values<T extends Table> = { readonly [Name in keyof T]: ReturnType<T[Name]['read']> };

/** Everything that was given, such as a map by the names of a table. Of an option that takes one value, the last one counts. */
export interface Settings {
  /** What was given for a row of that name; nothing, or `undefined`, where nothing was. */
  get(name: string, row: Row): readonly Setting[] | undefined;
}

type Reader<Value> = (setting: Setting) => Value;

/** An option that takes one value; of several the last one counts, and a wrong one before it is refused as well. */
export function optional<Value>(read: Reader<Value>, takes: string, about: About): Row<Value | undefined> {
  return { takes, ...about, read: (given) => given.map(read).at(-1) };
}

/** The same with a default, which is written and read as a user's value is. */
export function value<Value>(
  read: Reader<Value>,
  byDefault: string,
  about: About & { readonly takes?: string },
): Row<Value> {
  const otherwise = { name: 'the default', value: byDefault };
  return {
    takes: byDefault,
    default: byDefault,
    ...about,
    read: (given) => given.map(read).at(-1) ?? read(otherwise),
  };
}

/** An option that takes any number of values. */
export function values<Value>(read: Reader<Value>, takes: string, about: About): Row<readonly Value[]> {
  return { takes, ...about, isList: true, read: (given) => given.map(read) };
}

/** An option that is either given or not; an input of the action is given by `true`. */
export function flag(read: Reader<boolean>, about: About): Row<boolean> {
  return { ...about, read: (given) => given.map(read).at(-1) ?? false };
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
  const settings = hideTokens(withVariables(table, given, env));
  const entries = Object.entries(table).map(([name, row]) => [name, row.read(settings.get(name) ?? [])]);
  return {
    values: Object.fromEntries(entries) as Values<T>,
    nameOf: (option) => settings.get(option)?.at(-1)?.name ?? `--${option}`,
  };
}

function withVariables(table: Table, given: Settings, env: Environment): Map<string, readonly Setting[]> {
  const each = Object.entries(table).map(
    ([name, row]) => [name, given.get(name, row) ?? settingsFromVariable(row, env)] as const,
  );
  return new Map(each);
}

function settingsFromVariable({ variable: name = '' }: Row, env: Environment): readonly Setting[] {
  const value = env[name]?.trim() ?? '';
  return value === '' ? [] : [{ name, value, inSeconds: name.endsWith('_SECONDS'), isVariable: true }];
}

/** What holds the token in another setting's place is not repeated. */
function hideTokens(
  settings: ReadonlyMap<string, readonly Setting[]>,
): ReadonlyMap<string, readonly Setting[]> {
  const tokens = settings.get('cordon-token') ?? [];
  const hide = (setting: Setting): Setting =>
    tokens.some(({ value }) => setting.value.includes(value))
      ? { ...setting, hiddenBecause: 'it holds the token of the cordon' }
      : setting;
  return new Map([...settings].map(([name, each]) => [name, each.map(hide)]));
}

/** The options of a table that can be given in one place, in its order. */
export function rowsFor(table: Table, place: Place): [name: string, row: Row][] {
  return Object.entries(table).filter(([, row]) => isFor(row, place));
}

/** Whether an option can be given in a place. */
export function isFor({ places }: Row, place: Place): boolean {
  return places?.includes(place) ?? true;
}

/** Whether an option is either given or not. */
export function isFlag({ takes }: Row): boolean {
  return takes === undefined;
}
