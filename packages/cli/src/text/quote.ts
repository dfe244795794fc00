import { sanitise } from './sanitise.ts';

/** Quotes what a user typed, for an error message; but not what may hold a password or a token. */
export function quote(value: string): string {
  if (/@|%40/.test(value)) return 'something with an @ in it, not shown as it may hold a password';
  const [shown = '', ...query] = value.split('?');
  return `"${sanitise(shown, 80)}${query.length > 0 ? '?…' : ''}"`;
}
