import { type ParseArgsConfig, parseArgs as tokenize } from 'node:util';
import {
  type Command,
  type Flag,
  FLAGS,
  isTakenBy,
  makePlan,
  makeStatusPlan,
  makeUncordonPlan,
  namesFor,
  type Plan,
  quote,
  type Setting,
  type StatusPlan,
  type UncordonPlan,
  UsageError,
  VALUE_OPTIONS,
  type ValueOption,
} from '@quietgate/job';
import { nearestName } from '@quietgate/core/internal';

/** What the command line asks for. */
export type Request =
  | { readonly type: 'help'; readonly of: Command }
  | { readonly type: 'version' }
  | { readonly type: 'wrong-usage'; readonly message: string }
  | { readonly type: 'wait'; readonly plan: Plan }
  | { readonly type: 'uncordon'; readonly plan: UncordonPlan }
  | { readonly type: 'status'; readonly plan: StatusPlan };

const NAMED_COMMANDS = ['uncordon', 'status'] as const;

const TAKING_VALUES = namesFor('command-line', VALUE_OPTIONS).filter((name) => name !== 'url');
const TAKING_NONE = namesFor('command-line', FLAGS);

interface Given {
  readonly values: Map<ValueOption, Setting[]>;
  readonly flags: Set<Flag>;
}

/** Reads the arguments, without node and the script, and what the environment adds to them. */
export function parseArgs(argv: readonly string[], env: NodeJS.ProcessEnv): Request {
  try {
    const tokens = tokensOf(argv);
    const command = commandOf(tokens);
    // Whoever asks for help gets it, whatever else is wrong.
    if (tokens.some((token) => token.kind === 'option' && token.name === 'help')) {
      return { type: 'help', of: command };
    }
    const given = readTokens(command, tokens);
    if (given.flags.has('version')) return { type: 'version' };
    switch (command) {
      case 'wait':
        return { type: command, plan: makePlan(given, env) };
      case 'uncordon':
        return { type: command, plan: makeUncordonPlan(given, env) };
      case 'status':
        return { type: command, plan: makeStatusPlan(given, env) };
    }
  } catch (error) {
    if (error instanceof UsageError) return { type: 'wrong-usage', message: error.message };
    throw error;
  }
}

/** The command is the first argument that is no option. */
function commandOf(tokens: readonly Token[]): Command {
  const first = tokens.find((token) => token.kind === 'positional')?.value;
  return NAMED_COMMANDS.find((name) => name === first) ?? 'wait';
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

function readTokens(command: Command, tokens: readonly Token[]): Given {
  const given: Given = { values: new Map(), flags: new Set() };
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind === 'option') readOption(command, token, given);
  }
  const urls = command === 'wait' ? words : words.slice(1);
  if (urls.length > 1) throw new UsageError(`[url] is one URL, got ${urls.length} arguments`);
  if (urls.length > 0) {
    const isHidden = whyHidden(given);
    given.values.set(
      'url',
      urls.map((value) => ({ name: '[url]', value, isHidden })),
    );
  }
  for (const name of ['lease', 'holder'] as const) {
    const isAlone = command === 'wait' && given.values.has(name) && !given.flags.has('cordon');
    if (isAlone) throw new UsageError(`--${name} needs --cordon`);
  }
  return given;
}

/** What may have arrived as the URL that no message may repeat. */
function whyHidden({ values, flags }: Given): string | undefined {
  if (values.has('header')) return 'a header needs quotes around it';
  return flags.has('cordon') ? 'the token is taken from CORDON_TOKEN' : undefined;
}

function readOption(
  command: Command,
  { name, rawName, value }: Extract<Token, { kind: 'option' }>,
  { values, flags }: Given,
): void {
  const flag = TAKING_NONE.find((each) => each === name);
  const option = TAKING_VALUES.find((each) => each === name);
  const known = flag === undefined ? option && VALUE_OPTIONS[option] : FLAGS[flag];
  if (known === undefined || !(rawName.startsWith('--') || flag === 'help')) {
    throw new UsageError(`there is no option ${quote(rawName)}${suggestion(rawName)}`);
  }
  if (!isTakenBy(command, known)) {
    throw new UsageError(`${command === 'wait' ? 'waiting' : command} takes no ${rawName}`);
  }
  if (flag !== undefined) {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value`);
    flags.add(flag);
  } else if (option !== undefined) {
    values.set(option, [...(values.get(option) ?? []), { name: rawName, value: value ?? '' }]);
  }
}

/** Single letters are none of any name. */
function suggestion(rawName: string): string {
  if (!rawName.startsWith('--')) return '';
  return `: did you mean --${nearestName(rawName.slice(2), [...TAKING_VALUES, ...TAKING_NONE])}?`;
}
