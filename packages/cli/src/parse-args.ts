import { type ParseArgsConfig, parseArgs as tokenize } from 'node:util';
import {
  makePlan,
  type Plan,
  quote,
  type Setting,
  UsageError,
  VALUE_OPTIONS,
  type ValueOption,
} from '@quietgate/job';

/** What the command line asks for. */
export type Command =
  | { readonly type: 'help' | 'version' }
  | { readonly type: 'wrong-usage'; readonly message: string }
  | { readonly type: 'run'; readonly plan: Plan; readonly json: boolean; readonly silent: boolean };

const FLAGS = ['json', 'silent', 'help', 'version'] as const;

type Flag = (typeof FLAGS)[number];

interface Given {
  readonly urls: Setting[];
  readonly options: Map<ValueOption, Setting[]>;
  readonly flags: Set<Flag>;
}

/** Reads the arguments, without node and the script, and what the environment adds to them. */
export function parseArgs(argv: readonly string[], env: NodeJS.ProcessEnv): Command {
  // Whoever asks for help gets it, whatever else is wrong.
  const words = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  if (words.includes('--help') || words.includes('-h')) return { type: 'help' };
  try {
    const { urls, options, flags } = readArgv(argv);
    if (flags.has('version')) return { type: 'version' };
    if (urls.length > 1) throw new UsageError(`[url] is one URL, got ${urls.length} arguments`);
    // Without its quotes, a header's value arrives as the URL.
    const url = urls[0] && { ...urls[0], mayBeSecret: options.has('header') };
    const plan = makePlan({ url, options }, env);
    return { type: 'run', plan, json: flags.has('json'), silent: flags.has('silent') };
  } catch (error) {
    if (error instanceof UsageError) return { type: 'wrong-usage', message: error.message };
    throw error;
  }
}

function readArgv(argv: readonly string[]): Given {
  const options: NonNullable<ParseArgsConfig['options']> = {};
  for (const name of VALUE_OPTIONS) options[name] = { type: 'string' };
  for (const name of FLAGS) options[name] = { type: 'boolean' };
  const { tokens } = tokenize({
    args: [...argv],
    options,
    allowPositionals: true,
    strict: false, // its errors name neither what an option takes nor what it got
    tokens: true,
  });

  const given: Given = { urls: [], options: new Map(), flags: new Set() };
  for (const token of tokens) {
    if (token.kind === 'positional') given.urls.push({ name: '[url]', value: token.value });
    if (token.kind === 'option') readOption(token, given);
  }
  return given;
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
}

function readOption({ name, rawName, value }: OptionToken, { options, flags }: Given): void {
  const flag = FLAGS.find((each) => each === name);
  const option = VALUE_OPTIONS.find((each) => each === name);
  if (!rawName.startsWith('--') || (flag === undefined && option === undefined)) {
    throw new UsageError(`there is no option ${quote(rawName)}`);
  }
  if (flag !== undefined) {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value`);
    flags.add(flag);
  } else if (option !== undefined) {
    options.set(option, [...(options.get(option) ?? []), { name: rawName, value: value ?? '' }]);
  }
}
