import { checkKind, isObject } from '../options/check-kind.ts';
import { checkNumber } from '../options/check-duration.ts';
import { checkOptionNames } from '../options/check-option-names.ts';
import { HOLDER_RULE, isHolder, MIN_LEASE_MS, MIN_TOKEN_LENGTH } from '../wire/lease.ts';
import { CORDON_PATH } from '../wire/paths.ts';
import { checkPath } from './base-url.ts';

/** Which cordon the gate raises before its first poll, and renews. */
export interface CordonOptions {
  /** The server's token, of 16 printable ASCII characters at least, sent as `Authorization: Bearer …`. */
  token: string;
  /** Whose lease it is: 1 to 128 of `A-Z a-z 0-9 . _ : / -`. @default a random id */
  holder?: string | undefined;
  /**
   * How long a lease lasts, in milliseconds, in whole seconds from 1,000 on: it has to cover the rollout after the
   * green light. @default 600_000
   */
  leaseMs?: number | undefined;
  /** Where below the base URL the cordon is, if the server was given a `path` of its own. @default CORDON_PATH */
  path?: string | undefined;
}

/** The longest lease that is asked for: what a duration may be at most, in whole seconds. */
const MAX_LEASE_MS = 2_147_483_000;

/** How long a lease is asked for when nothing else is said. */
export const DEFAULT_LEASE_MS = 600_000;

/**
 * Checks the options of a cordon, and fills in the defaults.
 *
 * @throws TypeError or RangeError that says which is wrong; no message repeats a token
 */
export function readCordon(
  given: CordonOptions,
): Required<{ [Name in keyof CordonOptions]: NonNullable<CordonOptions[Name]> }> {
  checkKind('cordon', given, isObject, 'an object with a token');
  checkOptionNames(given, ['token', 'holder', 'leaseMs', 'path']);
  const { token, holder = crypto.randomUUID(), leaseMs = DEFAULT_LEASE_MS, path = CORDON_PATH } = given;
  checkToken('cordon.token', token);
  checkHolder('cordon.holder', holder);
  checkNumber('cordon.leaseMs', leaseMs);
  if (!(leaseMs >= MIN_LEASE_MS && leaseMs <= MAX_LEASE_MS && leaseMs % 1000 === 0)) {
    throw new RangeError(
      `cordon.leaseMs must be whole seconds, from ${MIN_LEASE_MS} to ${MAX_LEASE_MS} milliseconds, got ${leaseMs}`,
    );
  }
  checkPath(path);
  return { token, holder, leaseMs, path };
}

/**
 * Checks a token that is to be sent.
 *
 * @throws TypeError or RangeError that says what is wrong, and does not repeat it
 */
export function checkToken(name: string, token: unknown): asserts token is string {
  if (typeof token !== 'string') throw new TypeError(`${name} must be a string, got ${typeof token}`);
  if (!/^[\x21-\x7e]*$/.test(token)) {
    throw new TypeError(`${name} must be of printable ASCII characters, without blanks and line ends`);
  }
  if (token.length < MIN_TOKEN_LENGTH) {
    throw new RangeError(`${name} must have ${MIN_TOKEN_LENGTH} characters or more`);
  }
}

/**
 * Checks the name of a holder.
 *
 * @throws TypeError that says what it takes
 */
export function checkHolder(name: string, holder: unknown): asserts holder is string {
  if (!isHolder(holder)) throw new TypeError(`${name} must be ${HOLDER_RULE}`);
}
