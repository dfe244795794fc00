import { IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import { MAX_DURATION_MS, MAX_RETRIES } from '@quietgate/core/internal';
import { quote } from '../text/quote.ts';
import { parseDuration, parseSeconds } from './parse-duration.ts';
import { UsageError } from '../usage-error.ts';

/** A value as it was given, with the name that its giver knows it by: `--interval`, `MAX_WAIT_SECONDS` … */
export interface Setting {
  readonly name: string;
  readonly value: string;
  /** A duration is in plain seconds, as `20`, and not as `20s`. */
  readonly inSeconds?: boolean;
  /** No message repeats the value. */
  readonly mayBeSecret?: boolean;
}

/** The outcomes that can be made to stop a deploy. */
const STOPPABLE = ['timed-out', 'failed-open'] as const;

export type Stoppable = (typeof STOPPABLE)[number];

const OF_THE_CONNECTION = 'fetch sets what belongs to the connection itself';

/** What `Headers` takes and fetch then fails on, or drops: the gate would open without having asked. */
const UNSENDABLE_HEADERS: ReadonlyMap<string, string> = new Map([
  ['connection', OF_THE_CONNECTION],
  ['content-length', OF_THE_CONNECTION],
  ['expect', OF_THE_CONNECTION],
  ['keep-alive', OF_THE_CONNECTION],
  ['proxy-authorization', "a proxy's user name and password belong in its URL"],
  ['transfer-encoding', OF_THE_CONNECTION],
  ['upgrade', OF_THE_CONNECTION],
]);

/** What HTTP allows in a header's value: `Headers` takes more, and fetch then fails on it. */
const SENDABLE_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

export function readUrl({ name, value, mayBeSecret = false }: Setting): string {
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    const takes = 'takes an absolute http or https URL, as in https://console.openova.io';
    throw mayBeSecret
      ? new UsageError(`${name} ${takes} (what it got is not shown; a header needs quotes around it)`)
      : wrong(name, takes, value);
  }
  const { username, password, pathname } = new URL(value);
  if (username !== '' || password !== '') {
    throw new UsageError(
      `${name} must not carry a user name or password: send credentials in a header, as in 'Authorization: …'`,
    );
  }
  if (pathname.endsWith(IN_FLIGHT_COUNT_PATH)) {
    throw new UsageError(`${name} takes the URL without ${IN_FLIGHT_COUNT_PATH}, which is added to it`);
  }
  return value;
}

export function readDuration(leastMs: number): (setting: Setting) => number {
  return ({ name, value, inSeconds = false }) => {
    const ms = inSeconds ? parseSeconds(value) : parseDuration(value);
    if (ms === undefined) {
      const takes = inSeconds ? 'plain seconds, as in 20' : 'a duration, as in 1500ms, 20s or 30m';
      throw wrong(name, `takes ${takes}`, value);
    }
    if (ms < leastMs || ms > MAX_DURATION_MS) {
      const written = inSeconds ? (limit: number) => `${limit / 1000}` : (limit: number) => `${limit}ms`;
      const range = `from ${written(leastMs)} to ${written(MAX_DURATION_MS)}${inSeconds ? ' seconds' : ''}`;
      throw wrong(name, `must be ${range} (24 days)`, value);
    }
    return ms;
  };
}

export function readRetries({ name, value }: Setting): number {
  if (!/^\d+$/.test(value) || Number(value) > MAX_RETRIES) {
    throw wrong(name, `takes an integer from 0 to ${MAX_RETRIES}`, value);
  }
  return Number(value);
}

export function readOnUnavailable({ name, value }: Setting): 'proceed' | 'wait' {
  if (value !== 'proceed' && value !== 'wait') throw wrong(name, 'takes proceed or wait', value);
  return value;
}

export function readFailOn({ name, value }: Setting): Stoppable[] {
  return value.split(',').map((part) => {
    const outcome = STOPPABLE.find((each) => each === part.trim());
    if (outcome === undefined)
      throw wrong(name, `takes ${STOPPABLE.join(' or ')}, or both with a comma between`, value);
    return outcome;
  });
}

export function readHeader({ name, value: line }: Setting): [name: string, value: string] {
  const colon = line.indexOf(':');
  const header = line.slice(0, Math.max(0, colon)).trim();
  const value = line.slice(colon + 1).trim();
  const valid = () => {
    try {
      return new Headers([[header, value]]).has(header);
    } catch {
      return false; // its message would repeat the value
    }
  };
  if (header === '' || !SENDABLE_VALUE.test(value) || !valid()) {
    throw new UsageError(`${name} takes one header, as in 'Name: value' (what it got is not shown)`);
  }
  const unsendable = UNSENDABLE_HEADERS.get(header.toLowerCase());
  if (unsendable !== undefined) throw new UsageError(`${name} takes no ${quote(header)}: ${unsendable}`);
  return [header, value];
}

function wrong(name: string, takes: string, value: string): UsageError {
  return new UsageError(`${name} ${takes}, got ${value === '' ? 'nothing' : quote(value)}`);
}
