import {
  headerProblem,
  isUrlPath,
  MAX_DURATION_MS,
  MAX_RETRIES,
  ON_UNAVAILABLE,
  type OnUnavailable,
} from '@quietgate/core/internal';
import { exactDuration } from '../text/format-duration.ts';
import { quote } from '../text/quote.ts';
import { parseDuration, parseSeconds } from './parse-duration.ts';
import { UsageError } from '../usage-error.ts';

/** A value as it was given, with the name that its giver knows it by: `--interval`, `MAX_WAIT_SECONDS` … */
export interface Setting {
  readonly name: string;
  readonly value: string;
  /** A duration is in plain seconds, as `20`, and not as `20s`. */
  readonly inSeconds?: boolean;
  /** No message repeats the value; this is said of it instead. */
  readonly isHidden?: string | undefined;
}

/** What can be made to stop a deploy: two outcomes, and a cordon that was asked for and is not up. */
const STOPPABLE = ['timed-out', 'failed-open', 'uncordoned'] as const;

export type Stoppable = (typeof STOPPABLE)[number];

/** Reads a base URL, below which the server answers under `path`. */
export function readUrl(path: string): (setting: Setting) => string {
  return (setting) => {
    const { name, value } = setting;
    if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
      throw wrong(setting, 'takes an absolute http or https URL, as in https://console.openova.io');
    }
    const { username, password, pathname } = new URL(value);
    if (username !== '' || password !== '') {
      throw new UsageError(
        `${name} must not carry a user name or password: send credentials in a header, as in 'Authorization: …'`,
      );
    }
    if (withoutSlashes(pathname).endsWith(withoutSlashes(path))) {
      throw new UsageError(`${name} takes the URL without ${path}, which is added to it`);
    }
    return value;
  };
}

export function readPath(setting: Setting): string {
  const { value } = setting;
  if (!isUrlPath(value) || value === '/') {
    throw wrong(setting, 'takes a path as it stands in a URL, with a slash first and without a query');
  }
  return value;
}

export function readDuration(leastMs: number): (setting: Setting) => number {
  return (setting) => {
    const { value, inSeconds = false } = setting;
    const ms = inSeconds ? parseSeconds(value) : parseDuration(value);
    if (ms === undefined) {
      const takes = inSeconds ? 'plain seconds, as in 20' : 'a duration, as in 1500ms, 20s or 30m';
      throw wrong(setting, `takes ${takes}`);
    }
    if (ms < leastMs || ms > MAX_DURATION_MS) {
      const written = inSeconds ? (limit: number) => `${limit / 1000}` : (limit: number) => `${limit}ms`;
      const range = `from ${written(leastMs)} to ${written(MAX_DURATION_MS)}${inSeconds ? ' seconds' : ''}`;
      throw wrong(setting, `must be ${range} (24 days)`);
    }
    return ms;
  };
}

/** Reads how long the count must stay zero: as long as the cap, and the light could never turn green. */
export function readQuietFor(maxWaitMs: number): (setting: Setting) => number {
  const read = readDuration(0);
  return (setting) => {
    const ms = read(setting);
    if (ms < maxWaitMs) return ms;
    const limit = `must be below the cap of ${exactDuration(maxWaitMs)}, or the light could never turn green`;
    throw wrong(setting, limit);
  };
}

export function readRetries(setting: Setting): number {
  const { value } = setting;
  if (!/^\d+$/.test(value) || Number(value) > MAX_RETRIES) {
    throw wrong(setting, `takes an integer from 0 to ${MAX_RETRIES}`);
  }
  return Number(value);
}

export function readOnUnavailable(setting: Setting): OnUnavailable {
  const known = ON_UNAVAILABLE.find((each) => each === setting.value);
  if (known === undefined) throw wrong(setting, `takes ${listed(ON_UNAVAILABLE)}`);
  return known;
}

export function readUncordon(setting: Setting): 'job-end' {
  if (setting.value !== 'job-end') throw wrong(setting, 'takes job-end, or nothing');
  return setting.value;
}

export function readFailOn(setting: Setting): Stoppable[] {
  return setting.value.split(',').map((part) => {
    const outcome = STOPPABLE.find((each) => each === part.trim());
    if (outcome === undefined)
      throw wrong(setting, `takes ${listed(STOPPABLE)}, or several with a comma between`);
    return outcome;
  });
}

/** Reads the headers to send, and `Host`, which the network sends in its own way. */
export function readHeaders(settings: readonly Setting[] = []): {
  headers: [name: string, value: string][];
  host: string | undefined;
} {
  const headers = settings.map(readHeader);
  const isHost = ([name]: [string, string]) => name.toLowerCase() === 'host';
  return { headers: headers.filter((header) => !isHost(header)), host: headers.findLast(isHost)?.[1] };
}

function readHeader({ name, value: line }: Setting): [name: string, value: string] {
  const colon = line.indexOf(':');
  const header = line.slice(0, Math.max(0, colon)).trim();
  const value = line.slice(colon + 1).trim();
  if (!isHeader(header, value)) {
    throw new UsageError(`${name} takes one header, as in 'Name: value' (what it got is not shown)`);
  }
  const problem = header.toLowerCase() === 'host' ? undefined : headerProblem(header, value);
  if (problem !== undefined) throw new UsageError(`${name} takes no ${quote(header)}: ${problem}`);
  return [header, value];
}

function isHeader(name: string, value: string): boolean {
  try {
    return new Headers([[name, value]]).has(name);
  } catch {
    return false; // its message would repeat the value
  }
}

function listed(names: readonly string[]): string {
  return [names.slice(0, -1).join(', '), names.at(-1)].join(' or ');
}

function withoutSlashes(path: string): string {
  return path.replace(/\/+$/, '');
}

/** The error for a value that is none of those that a setting takes; it quotes the value, unless that is hidden. */
export function wrong({ name, value, isHidden }: Setting, takes: string): UsageError {
  if (isHidden !== undefined)
    return new UsageError(`${name} ${takes} (what it got is not shown; ${isHidden})`);
  return new UsageError(`${name} ${takes}, got ${value === '' ? 'nothing' : quote(value)}`);
}
