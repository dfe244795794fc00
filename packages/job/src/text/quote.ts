import { sanitise } from './sanitise.ts';

/** A password may stand before an `@`, or behind a colon that is neither a scheme's nor a port's. */
const MAY_HOLD_PASSWORD = /[@＠]|%40|%3a|:(?!\/\/|\d+(?:[/?#]|$))/i;

/** Quotes what a user typed, for an error message; but not what may hold a password or a token. */
export function quote(value: string): string {
  if (MAY_HOLD_PASSWORD.test(value)) return 'something that is not shown, as it may hold a password';
  const [shown = '', ...query] = value.split('?');
  return `${sanitise(`"${shown}`, 81)}${query.length > 0 ? '?…' : ''}"`;
}
