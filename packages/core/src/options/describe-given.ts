/** A password may stand before an `@`, or behind a colon that is neither a scheme's nor a port's. */
const MAY_HOLD_PASSWORD = /[@＠]|%40|%3a|:(?!\/\/|\d+(?:[/?#]|$))/i;

/** Whether a text that a user gave may hold a password, and so must not be repeated in a message. */
export function mayHoldSecret(text: string): boolean {
  return MAY_HOLD_PASSWORD.test(text);
}

/**
 * Ends an error message with what was given instead; with nothing if that may hold a password. A query and a fragment,
 * which may hold a token, are left out.
 */
export function describeGiven(given: unknown): string {
  if (typeof given !== 'string') return `, got ${describeKind(given)}`;
  if (mayHoldSecret(given)) return '';
  const shown = given.replace(/[?#][^]*/, '');
  return `, got ${JSON.stringify(shown === given ? given : `${shown}…`)}`;
}

/** What kind of value it is, for a message that repeats nothing of it. */
export function describeKind(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
