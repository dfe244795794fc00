import { DEFAULT_API_URL, IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import { DEFAULT_LEASE_MS, DEFAULT_LIMITS, MAX_RETRIES } from '@quietgate/core/internal';
import { exactDuration } from '../text/format-duration.ts';
import {
  readDuration,
  readFailOn,
  readHeader,
  readHolder,
  readLease,
  readOnUnavailable,
  readPath,
  readPause,
  readRetries,
  readText,
  readToken,
  readUncordon,
  readUrl,
} from './readers.ts';
import type { Setting } from './setting.ts';
import { flag, optional, type Table, value, values } from './table.ts';

const header = values(readHeader, { takes: "'Name: value'", meaning: 'a header to send' });
const path = value(readPath, IN_FLIGHT_COUNT_PATH, {
  takes: '/PATH',
  meaning: 'where the server answers, below the base URL',
});
const requestTimeout = value(readDuration, exactDuration(DEFAULT_LIMITS.requestTimeoutMs), {
  meaning: 'the longest that one request may take',
  details: ', its body included',
});
const retries = value(readRetries, String(DEFAULT_LIMITS.retries), {
  meaning: 'more attempts after a transient error',
  details: `, from 0 to ${MAX_RETRIES}, of each check`,
});
const silent = flag({ meaning: 'print warnings and errors only', details: ': why the light is not green' });
const holder = optional(readHolder, {
  takes: 'ID',
  meaning: 'whose lease it is',
  details: '; made from the names of the job, with a random end, if it is left out',
  action: false,
});
const cordonToken = optional(readToken, {
  variable: 'CORDON_TOKEN',
  meaning: "the token of the server's cordon",
  'command-line': false,
});
const cordonTokenFile = {
  variable: 'CORDON_TOKEN_FILE',
  read: (given: readonly Setting[]) => given.at(-1),
};
const cordonAudience = optional((setting) => setting, {
  meaning: 'get an ID token of the job for this audience',
  details:
    ' for each request of the cordon, in place of `cordon-token`; needs `permissions: id-token: write`',
  'command-line': false,
});
const help = flag({ meaning: 'print this help', action: false });
const version = flag({ meaning: 'print the version', action: false });
const json = flag({
  meaning: 'the result as JSON',
  details: ' on standard output, and everything else on standard error',
  action: false,
});

/** Where the URL of the server is when none is given. */
export const API_URL_VARIABLE = 'CATALYST_API_URL';

const url = {
  variable: API_URL_VARIABLE,
  meaning: 'base URL of the API',
  details: '; a path prefix is kept',
  isArgument: true,
} as const;

/** Waiting until the deploy may go: the command without a name, and the action. */
export const WAIT = {
  url: {
    ...values(readUrl, { ...url, details: '; a path prefix is kept; several for several servers' }),
    default: DEFAULT_API_URL,
  },
  interval: value(readDuration, exactDuration(DEFAULT_LIMITS.intervalMs), {
    variable: 'POLL_INTERVAL_SECONDS',
    meaning: 'from one check to the next',
  }),
  'max-wait': value(readDuration, exactDuration(DEFAULT_LIMITS.maxWaitMs), {
    variable: 'MAX_WAIT_SECONDS',
    meaning: 'the maximum wait',
    details: ', after which the deploy goes ahead',
  }),
  path,
  'request-timeout': requestTimeout,
  'quiet-for': value(readPause, exactDuration(DEFAULT_LIMITS.quietForMs), {
    meaning: 'how long the count must stay zero',
    details: '; with `0s` the first zero is enough',
  }),
  retries,
  'on-unavailable': value(readOnUnavailable, DEFAULT_LIMITS.onUnavailable, {
    meaning: 'no response: `proceed`, `wait`, `wait-when-busy`',
    details: '; the latter waits while the last count is above zero',
  }),
  'fail-on': values(readFailOn, {
    takes: 'OUTCOMES',
    meaning: 'stop on `timed-out`, `failed-open`, `uncordoned`',
    details: ', or on several, separated by commas',
  }),
  header,
  cordon: flag({
    meaning: 'block new runs meanwhile, with CORDON_TOKEN',
    details: ' or CORDON_TOKEN_FILE; needs a URL that was given',
  }),
  lease: value(readLease, exactDuration(DEFAULT_LEASE_MS), {
    meaning: 'how long the cordon lasts after the last renewal',
    details: '; without a command to run it has to cover the rollout after the green light',
  }),
  holder,
  'cordon-token': cordonToken,
  'cordon-token-file': cordonTokenFile,
  'cordon-audience': cordonAudience,
  run: optional(readText, {
    meaning: 'a script to run once the deploy may go',
    details: ', by `bash -e -o pipefail`, while the cordon is held; the step fails as it does',
    'command-line': false,
  }),
  'keep-lease': flag({
    meaning: 'keep the lease after a command that exits 0',
    details: ', until it expires',
    action: false,
  }),
  uncordon: optional(readUncordon, {
    meaning: '`job-end` releases the lease when the job ends',
    details: ', for jobs that wait for the rollout; otherwise it expires, or ends with the restart',
    'command-line': false,
  }),
  'no-long-poll': flag({
    meaning: 'do not ask the server to respond once it is quiet',
    details: ', but only for the count, once in each interval',
  }),
  json,
  silent,
  help,
  version,
} satisfies Table;

/** Ending a lease, or all of them. */
export const UNCORDON = {
  url: optional(readUrl, url),
  holder: optional(readHolder, { takes: 'ID', meaning: 'whose lease to release' }),
  all: flag({ meaning: 'release every lease' }),
  header,
  'request-timeout': requestTimeout,
  retries,
  silent,
  'cordon-token': cordonToken,
  'cordon-token-file': cordonTokenFile,
  'cordon-audience': cordonAudience,
  help,
  version,
} satisfies Table;

/** Asking once what is in flight, and who holds the cordon. */
export const STATUS = {
  url: { ...optional(readUrl, url), default: DEFAULT_API_URL },
  path,
  header,
  'request-timeout': requestTimeout,
  json,
  'cordon-token': cordonToken,
  'cordon-token-file': cordonTokenFile,
  help,
  version,
} satisfies Table;

/** Asking until a response contains a text. It takes no variables: they are about the server's runs. */
export const UNTIL = {
  url: optional(readUrl, { meaning: 'the URL to ask, as it is', isArgument: true }),
  text: optional(readText, { meaning: 'what its response has to contain', isArgument: true }),
  interval: value(readDuration, '5s', { meaning: 'from one request to the next' }),
  'max-wait': value(readDuration, exactDuration(DEFAULT_LIMITS.maxWaitMs), {
    meaning: 'the maximum wait, after which it fails',
  }),
  header,
  'request-timeout': requestTimeout,
  help,
  version,
} satisfies Table;

/** Trying a server for how it keeps to the protocol. */
export const CHECK = {
  url: { ...optional(readUrl, url), default: DEFAULT_API_URL },
  'with-cordon': flag({
    meaning: 'check the cordon too, with CORDON_TOKEN',
    details: ': raises a lease of 5 s under a random holder, and releases it',
  }),
  path,
  header,
  'request-timeout': requestTimeout,
  json,
  'cordon-token': cordonToken,
  'cordon-token-file': cordonTokenFile,
  help,
  version,
} satisfies Table;

/** The commands of the command line; `wait` is the one without a name. */
export const COMMANDS = {
  wait: WAIT,
  uncordon: UNCORDON,
  status: STATUS,
  until: UNTIL,
  check: CHECK,
} satisfies Readonly<Record<string, Table>>;

export type Command = keyof typeof COMMANDS;
