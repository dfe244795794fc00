import { describeJson } from './describe-json.ts';

/** The shortest token that a cordon's endpoint accepts, and that the gate sends, in characters. */
export const MIN_TOKEN_LENGTH = 16;

/** The shortest lease, in milliseconds: the wire counts whole seconds. */
export const MIN_LEASE_MS = 1000;

/** The longest name of a holder, in characters. */
export const MAX_HOLDER_LENGTH = 128;

/** What the name of a holder is, for messages. */
export const HOLDER_RULE = '1 to 128 of the characters A-Z a-z 0-9 . _ : / -';

/** In place of a holder: all of them. */
export const ALL_HOLDERS = '*';

const HOLDER = /^[A-Za-z0-9._:/-]{1,128}$/;

/** Whether a value names one holder of a lease, by `HOLDER_RULE`; `ALL_HOLDERS` does not. */
export function isHolder(value: unknown): value is string {
  return typeof value === 'string' && HOLDER.test(value);
}

/**
 * Checks the name of a holder.
 *
 * @throws TypeError that says what it takes
 */
export function checkHolder(name: string, holder: unknown): asserts holder is string {
  if (!isHolder(holder)) throw new TypeError(`${name} must be ${HOLDER_RULE}`);
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

/** A lease as the cordon's endpoint grants it. */
export interface WireLease {
  /** For how long it lasts, in whole seconds of 1 or more; at most what was asked. */
  readonly seconds: number;
  /** Its id: the same as before when the lease never lapsed. */
  readonly lease: string;
}

/**
 * Reads the answer to a raise or a renewal, already decoded from JSON: `{ seconds, lease }`. Other fields are dropped.
 *
 * @throws TypeError that says what was found and what was expected, and repeats no text of the answer
 */
export function parseLease(body: unknown): WireLease {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new TypeError(`expected an object with a lease, got ${describeJson(body)}`);
  }
  const { seconds, lease } = body as { seconds?: unknown; lease?: unknown };
  if (!isWholeSeconds(seconds)) {
    throw new TypeError(`seconds must be an integer of 1 or more, got ${describeJson(seconds)}`);
  }
  if (typeof lease !== 'string' || lease === '') {
    throw new TypeError(
      `lease must be a string that is not empty, got ${lease === '' ? 'an empty one' : describeJson(lease)}`,
    );
  }
  return { seconds, lease };
}

function isWholeSeconds(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1;
}
