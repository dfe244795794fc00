/** A password may stand before an `@`, or behind a colon that is neither a scheme's nor a port's. */
const MAY_HOLD_PASSWORD = /[@＠%]|:(?!\/\/|\d+(?:[/?#]|$))/;

/** Whether a text that a user gave may hold a password, and so must not be repeated in a message. */
export function mayHoldSecret(text: string): boolean {
  return MAY_HOLD_PASSWORD.test(text);
}

/** Ends an error message with what was given instead; with nothing if that may hold a password. */
export function got(given: unknown): string {
  if (typeof given !== 'string') return `, got ${given === null ? 'null' : typeof given}`;
  return mayHoldSecret(given) ? '' : `, got ${JSON.stringify(given)}`;
}
