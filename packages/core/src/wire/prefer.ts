/** A member of the list. A comma in a quoted string ends none; a quote that is never closed runs to the end. */
const PREFERENCE = /(?:[^",]|"(?:[^"\\]|\\[^])*"?)+/g;

const NAMED_WAIT = /^[ \t]*wait[ \t]*(?:[=;]|$)/i;

/** A whole number, as a token or quoted, where any digit may be escaped; parameters may follow. */
const WITH_SECONDS = /^[^=;]*=[ \t]*(?:\d+|"(?:\\?\d)+")[ \t]*(?:;|$)/;

/**
 * Reads the seconds of `wait` in a `Prefer` header, as RFC 7240 says: a list in which names are matched in any case,
 * values may be quoted, parameters may follow, and of several `wait` the first counts.
 *
 * @param prefer the header's value, several lines joined by commas; nothing when there is none
 * @returns a whole number of 0 or more; `undefined` when there is no `wait`, or the first is not one in plain digits
 */
export function parseWait(prefer: string | null | undefined): number | undefined {
  if (typeof prefer !== 'string') return undefined;
  const wait = prefer.match(PREFERENCE)?.find((preference) => NAMED_WAIT.test(preference));
  const digits = wait?.match(WITH_SECONDS)?.[0].replaceAll(/\D/g, '');
  return digits === undefined ? undefined : Math.min(Number(digits), Number.MAX_SAFE_INTEGER);
}

/** The preference as `parseWait` reads it: of a request in `Prefer`, of its answer in `Preference-Applied`. */
export function formatWait(seconds: number): string {
  return `wait=${seconds}`;
}

/**
 * Reads for how many seconds at most a server would have held a request, from the `Preference-Applied` of its answer.
 *
 * @returns a whole number of 0 or more; `undefined` when the server did not apply a `wait`
 */
export function appliedWait(preferenceApplied: string | null | undefined): number | undefined {
  return parseWait(preferenceApplied);
}
