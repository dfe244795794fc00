/** A password may stand before an `@`, or behind a colon that is neither a scheme's nor a port's. */
const MAY_HOLD_PASSWORD = /[@＠%]|:(?!\/\/|\d+(?:[/?#]|$))/;

/** Ends an error message with what was given instead; with nothing if that may hold a password. */
export function got(given: unknown): string {
  if (typeof given !== 'string') return `, got ${given === null ? 'null' : typeof given}`;
  return MAY_HOLD_PASSWORD.test(given) ? '' : `, got ${JSON.stringify(given)}`;
}
