import { quote } from '../text/quote.ts';
import { UsageError } from '../usage-error.ts';

/** A value as it was given, with the name that its giver knows it by: `--interval`, `MAX_WAIT_SECONDS` … */
export interface Setting {
  readonly name: string;
  readonly value: string;
  /** It comes from the environment, where a duration is in plain seconds, as `20`, and not as `20s`. */
  readonly isVariable?: boolean;
  /** Why no message repeats the value; absent when messages may. */
  readonly hiddenBecause?: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The error for a value that a setting does not take; it quotes the value, unless that is hidden. */
export function wrong({ name, value, hiddenBecause }: Setting, takes: string): UsageError {
  if (hiddenBecause !== undefined)
    return new UsageError(`${name} ${takes} (what it got is not shown; ${hiddenBecause})`);
  return new UsageError(`${name} ${takes}, got ${value === '' ? 'nothing' : quote(value)}`);
}

/**
 * Runs one of core's own checks, whose message names the setting and repeats no secret.
 *
 * @throws UsageError with that message, in the user's own words
 */
export function checked(check: () => unknown, inOwnWords = (message: string) => message): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    throw new UsageError(inOwnWords(error.message));
  }
}
