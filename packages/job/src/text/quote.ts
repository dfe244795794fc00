import { mayHoldSecret } from '@quietgate/core/internal';
import { sanitise } from './sanitise.ts';

/** Quotes what a user typed, for an error message; but not what may hold a password, nor a query or a fragment. */
export function quote(value: string): string {
  if (mayHoldSecret(value)) return 'something that is not shown, as it may hold a password';
  const mark = /\?|^#|(?<=[^\s#])#/.exec(value);
  return `${sanitise(`"${value.slice(0, mark?.index)}`, 81)}${mark === null ? '' : `${mark[0]}…`}"`;
}
