import { type ParseArgsConfig, parseArgs as tokenize } from 'node:util';
import {
  type Flag,
  FLAGS,
  makePlan,
  namesFor,
  type Plan,
  quote,
  type Setting,
  UsageError,
  VALUE_OPTIONS,
  type ValueOption,
} from '@quietgate/job';
import { nearestName } from '@quietgate/core/internal';

/** What the command line asks for. */
export type Command =
  | { readonly type: 'help' | 'version' }
  | { readonly type: 'wrong-usage'; readonly message: string }
  | { readonly type: 'run'; readonly plan: Plan };

const TAKING_VALUES = namesFor('command-line', VALUE_OPTIONS).filter((name) => name !== 'url');
const TAKING_NONE = namesFor('command-line', FLAGS);

interface Given {
  readonly values: Map<ValueOption, Setting[]>;
  readonly flags: Set<Flag>;
}

/** Reads the arguments, without node and the script, and what the environment adds to them. */
export function parseArgs(argv: readonly string[], env: NodeJS.ProcessEnv): Command {
  try {
    const tokens = tokensOf(argv);
    // Whoever asks for help gets it, whatever else is wrong.
    if (tokens.some((token) => token.kind === 'option' && token.name === 'help')) return { type: 'help' };
    const given = readTokens(tokens);
    if (given.flags.has('version')) return { type: 'version' };
    return { type: 'run', plan: makePlan(given, env) };
  } catch (error) {
    if (error instanceof UsageError) return { type: 'wrong-usage', message: error.message };
    throw error;
  }
}

type Token = ReturnType<typeof tokensOf>[number];

function tokensOf(argv: readonly string[]) {
  const options: NonNullable<ParseArgsConfig['options']> = {};
  for (const name of TAKING_VALUES) options[name] = { type: 'string' };
  for (const name of TAKING_NONE) options[name] = { type: 'boolean' };
  options['help'] = { type: 'boolean', short: 'h' };
  return tokenize({
    args: [...argv],
    options,
    allowPositionals: true,
    strict: false, // its errors name neither what an option takes nor what it got
    tokens: true,
  }).tokens;
}

function readTokens(tokens: readonly Token[]): Given {
  const given: Given = { values: new Map(), flags: new Set() };
  const urls: Setting[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') urls.push({ name: '[url]', value: token.value });
    if (token.kind === 'option') readOption(token, given);
  }
  if (urls.length > 1) throw new UsageError(`[url] is one URL, got ${urls.length} arguments`);
  // Without its quotes, a header's value arrives as the URL.
  const mayBeSecret = given.values.has('header');
  if (urls.length > 0)
    given.values.set(
      'url',
      urls.map((url) => ({ ...url, mayBeSecret })),
    );
  return given;
}

function readOption(
  { name, rawName, value }: Extract<Token, { kind: 'option' }>,
  { values, flags }: Given,
): void {
  const flag = TAKING_NONE.find((each) => each === name);
  const option = TAKING_VALUES.find((each) => each === name);
  if (flag !== undefined && (rawName.startsWith('--') || flag === 'help')) {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value`);
    flags.add(flag);
  } else if (option !== undefined && rawName.startsWith('--')) {
    values.set(option, [...(values.get(option) ?? []), { name: rawName, value: value ?? '' }]);
  } else {
    throw new UsageError(`there is no option ${quote(rawName)}${suggestion(rawName)}`);
  }
}

/** Single letters are none of any name. */
function suggestion(rawName: string): string {
  if (!rawName.startsWith('--')) return '';
  return `: did you mean --${nearestName(rawName.slice(2), [...TAKING_VALUES, ...TAKING_NONE])}?`;
}
