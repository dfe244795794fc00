import type { OnUnavailable } from '@quietgate/core';
import {
  checkDuration,
  checkToken,
  headerProblem,
  HOLDER_RULE,
  isHolder,
  isUrlPath,
  MAX_DURATION_MS,
  MAX_RETRIES,
  MIN_LEASE_MS,
  ON_UNAVAILABLE,
} from '@quietgate/core/internal';
import { quote } from '../text/quote.ts';
import { UsageError } from '../usage-error.ts';
import { parseDuration, parseSeconds } from './parse-duration.ts';
import { checked, type Setting, wrong } from './setting.ts';

/** What can be made to stop a deploy: two outcomes, and a cordon that was asked for and is not up. */
export const STOPPABLE = ['timed-out', 'failed-open', 'uncordoned'] as const;

export type Stoppable = (typeof STOPPABLE)[number];

/** A base URL, with the name that its giver knows it by. */
export interface GivenUrl {
  readonly name: string;
  readonly url: string;
}

export function readUrl(setting: Setting): GivenUrl {
  const { name, value } = setting;
  if (!URL.canParse(value) || !/^https?:/.test(new URL(value).protocol)) {
    throw wrong(setting, 'takes an absolute http or https URL, as in https://console.openova.io');
  }
  const { username, password } = new URL(value);
  if (username !== '' || password !== '') {
    throw new UsageError(
      `${name} must not carry a user name or password: send credentials in a header, as in 'Authorization: …'`,
    );
  }
  return { name, url: value };
}

export function readPath(setting: Setting): string {
  const { value } = setting;
  if (!isUrlPath(value) || value === '/') {
    throw wrong(setting, 'takes a path as it stands in a URL, with a slash first and without a query');
  }
  return value;
}

/** Reads a duration in milliseconds, of one millisecond or more. */
export function readDuration(setting: Setting): number {
  return durationFrom(1, setting);
}

/** Reads a duration in milliseconds, which may be zero. */
export function readPause(setting: Setting): number {
  return durationFrom(0, setting);
}

export function readLease(setting: Setting): number {
  const ms = durationFrom(MIN_LEASE_MS, setting);
  if (ms % 1000 !== 0) throw wrong(setting, 'takes whole seconds, as in 90s or 10m');
  return ms;
}

function durationFrom(leastMs: number, setting: Setting): number {
  const { value, isVariable: inSeconds = false } = setting;
  const ms = inSeconds ? parseSeconds(value) : parseDuration(value);
  if (ms === undefined) {
    const takes = inSeconds ? 'plain seconds, as in 20' : 'a duration, as in 1500ms, 20s or 30m';
    throw wrong(setting, `takes ${takes}`);
  }
  try {
    checkDuration(setting.name, ms, leastMs);
  } catch {
    throw wrong(setting, `must be ${describeRange(leastMs, inSeconds)}`); // core's message is in milliseconds
  }
  return ms;
}

function describeRange(leastMs: number, inSeconds: boolean): string {
  const written = (ms: number) => (inSeconds ? `${ms / 1000}` : `${ms}ms`);
  return `from ${written(leastMs)} to ${written(MAX_DURATION_MS)}${inSeconds ? ' seconds' : ''} (24 days)`;
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

export function readFailOn(setting: Setting): readonly Stoppable[] {
  return setting.value.split(',').map((part) => {
    const known = STOPPABLE.find((each) => each === part.trim());
    if (known === undefined)
      throw wrong(setting, `takes ${listed(STOPPABLE)}, or several separated by commas`);
    return known;
  });
}

export function readHolder(setting: Setting): string {
  const { value, hiddenBecause } = setting;
  // What stands there in place of a value is an option; and everybody sees who holds a cordon, so it is not the token.
  if (!isHolder(value) || value.startsWith('-') || hiddenBecause !== undefined) {
    throw wrong(setting, `takes ${HOLDER_RULE}`);
  }
  return value;
}

export function readToken(setting: Setting): Setting {
  checked(() => {
    checkToken(setting.name, setting.value);
  });
  return setting;
}

/** Reads a text that is not empty. */
export function readText(setting: Setting): string {
  if (setting.value === '') throw wrong(setting, 'takes a text');
  return setting.value;
}

/** A token of HTTP. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/;

export function readHeader({ name, value: line }: Setting): [name: string, value: string] {
  const colon = line.indexOf(':');
  const header = line.slice(0, Math.max(0, colon)).trim();
  const value = line.slice(colon + 1).trim();
  if (!HEADER_NAME.test(header)) {
    throw new UsageError(`${name} takes one header, as in 'Name: value' (what it got is not shown)`);
  }
  const problem = header.toLowerCase() === 'host' ? undefined : headerProblem(header, value);
  if (problem !== undefined) throw new UsageError(`${name} takes no ${quote(header)}: ${problem}`);
  return [header, value];
}

function listed(names: readonly string[]): string {
  return [names.slice(0, -1).join(', '), names.at(-1)].join(' or ');
}
