import { DEFAULT_API_URL, IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import { DEFAULT_LEASE_MS, DEFAULT_LIMITS, MAX_RETRIES } from '@quietgate/core/internal';
import { exactDuration } from '../text/format-duration.ts';

/** The commands of the command line; `wait` is the one without a name. */
export type Command = 'wait' | 'uncordon' | 'status';

const EVERY_COMMAND: readonly Command[] = ['wait', 'uncordon', 'status'];

/** What is known of an option: parsing, the help, the inputs of the action and both READMEs go by it. */
export interface Option {
  /** What it takes, for the help: an example, which is the default where there is one. Absent for a flag. */
  readonly takes?: string;
  /** The value when none is given, as one would write it. */
  readonly default?: string;
  /** The environment variable that counts when none is given. */
  readonly variable?: string;
  /** What it means, in the half line that the help has for it. */
  readonly meaning: string;
  /** How the sentence goes on where there is room for it. */
  readonly details?: string;
  /** Where it can be given; everywhere, if absent. */
  readonly only?: 'command-line' | 'action';
  /** The commands that take it on the command line. @default ['wait'] */
  readonly commands?: readonly Command[];
}

/** The options that take a value. */
export type ValueOption =
  | 'url'
  | 'interval'
  | 'max-wait'
  | 'path'
  | 'request-timeout'
  | 'quiet-for'
  | 'retries'
  | 'on-unavailable'
  | 'fail-on'
  | 'header'
  | 'lease'
  | 'holder'
  | 'cordon-token'
  | 'uncordon';

/** The options that are either given or not; an input of the action is given by `true`. */
export type Flag = 'no-long-poll' | 'cordon' | 'all' | 'json' | 'silent' | 'help' | 'version';

/** What a green light needs, how long to wait for it, and what to do without one. */
export const VALUE_OPTIONS: Readonly<Record<ValueOption, Option>> = {
  url: {
    ...takes(DEFAULT_API_URL),
    variable: 'CATALYST_API_URL',
    meaning: 'base URL of the API',
    details: '; a path prefix is kept',
    commands: EVERY_COMMAND,
  },
  interval: {
    ...takes(exactDuration(DEFAULT_LIMITS.intervalMs)),
    variable: 'POLL_INTERVAL_SECONDS',
    meaning: 'from one poll to the next',
  },
  'max-wait': {
    ...takes(exactDuration(DEFAULT_LIMITS.maxWaitMs)),
    variable: 'MAX_WAIT_SECONDS',
    meaning: 'the cap: the longest wait',
    details: ', after which the deploy goes ahead',
  },
  path: {
    takes: '/PATH',
    default: IN_FLIGHT_COUNT_PATH,
    meaning: 'where the server answers, below the base URL',
    commands: ['wait', 'status'],
  },
  'request-timeout': {
    ...takes(exactDuration(DEFAULT_LIMITS.requestTimeoutMs)),
    meaning: 'the longest that one request may take',
    details: ', its body included',
    commands: EVERY_COMMAND,
  },
  'quiet-for': {
    ...takes(exactDuration(DEFAULT_LIMITS.quietForMs)),
    meaning: 'how long the count must stay zero',
    details: '; with `0s` the first zero will do',
  },
  retries: {
    ...takes(String(DEFAULT_LIMITS.retries)),
    meaning: 'more tries of a poll after a transient failure',
    details: `, from 0 to ${MAX_RETRIES}`,
    commands: ['wait', 'uncordon'],
  },
  'on-unavailable': {
    ...takes(DEFAULT_LIMITS.onUnavailable),
    meaning: 'no answer: `proceed`, `wait`, or `wait-when-busy`',
    details: ', which waits while the last count is above zero',
  },
  'fail-on': {
    takes: 'OUTCOMES',
    meaning: 'stop on `timed-out`, `failed-open`, `uncordoned`',
    details: ', or on several with a comma between',
  },
  header: {
    takes: "'Name: value'",
    meaning: 'a header to send',
    details: '; as an option it may be repeated, as an input it has a line for each',
    commands: EVERY_COMMAND,
  },
  lease: {
    ...takes(exactDuration(DEFAULT_LEASE_MS)),
    meaning: 'how long the cordon outlasts the last renewal',
    details: '; has to cover the rollout after the green light',
  },
  holder: {
    takes: 'ID',
    meaning: 'whose lease it is',
    details: '; made from the names of the job, with a random end, if it is left out',
    only: 'command-line',
    commands: ['wait', 'uncordon'],
  },
  'cordon-token': {
    takes: 'TOKEN',
    variable: 'CORDON_TOKEN',
    meaning: "the token of the server's cordon",
    only: 'action',
  },
  uncordon: {
    takes: 'job-end',
    meaning: '`job-end` lifts the cordon when the job ends',
    details: ', for jobs that wait for the rollout; else the lease ends by itself, or with the restart',
    only: 'action',
  },
};

/** What is done and printed otherwise than usual. */
export const FLAGS: Readonly<Record<Flag, Option>> = {
  'no-long-poll': {
    meaning: 'do not ask the server to answer once it is quiet',
    details: ', but only how many runs are in flight, once in each interval',
  },
  cordon: {
    meaning: 'stop new runs meanwhile, with the CORDON_TOKEN',
    details: ', until the lease ends; needs a URL that was given',
  },
  all: {
    meaning: 'end every lease',
    only: 'command-line',
    commands: ['uncordon'],
  },
  json: {
    meaning: 'print the result as JSON',
    details: ' on standard output, and everything else on standard error',
    only: 'command-line',
  },
  silent: {
    meaning: 'print nothing but trouble',
    details: ': why the light is not green',
    commands: ['wait', 'uncordon'],
  },
  help: { meaning: 'print this help', only: 'command-line', commands: EVERY_COMMAND },
  version: { meaning: 'print the version', only: 'command-line', commands: EVERY_COMMAND },
};

function takes(value: string): { takes: string; default: string } {
  return { takes: value, default: value };
}

/** Whether a command of the command line takes an option. */
export function isTakenBy(command: Command, { commands = ['wait'] }: Option): boolean {
  return commands.includes(command);
}

/** The names in a table, in its order, of what can be given in one place. */
export function namesFor<Name extends string>(
  place: 'command-line' | 'action',
  table: Readonly<Record<Name, Option>>,
): Name[] {
  return (Object.keys(table) as Name[]).filter((name) => (table[name].only ?? place) === place);
}
