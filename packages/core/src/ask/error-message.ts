import { withoutUrlSecrets } from '../wire/without-url-secrets.ts';

const MAX_LENGTH = 500;

/** How many errors are looked at, however they are nested: an error may hold many others, and itself. */
const MAX_ERRORS = 10;

/**
 * What an error says, its causes included: `fetch` itself says no more than "fetch failed", and keeps the DNS error or
 * the refused connection in `cause`. URLs lose their queries and credentials, and a secret is left out wherever it
 * stands, as it is or encoded for a URL. Takes whatever can be thrown, and never throws.
 */
export function errorMessage(error: unknown, secret?: string): string {
  try {
    const said = withoutUrlSecrets(withoutSecret(messagesOf(error, new Set()), secret));
    return said.slice(0, MAX_LENGTH) || 'an error without a message';
  } catch {
    return 'an error that cannot be read';
  }
}

function withoutSecret(text: string, secret: string | undefined): string {
  if (secret === undefined) return text;
  return text.replaceAll(secret, '…').replaceAll(encodeURIComponent(secret), '…');
}

function messagesOf(error: unknown, seen: Set<unknown>): string {
  if (seen.has(error) || seen.size === MAX_ERRORS) return '';
  seen.add(error);
  // Not by its class: one of another realm, as fetch's own are under Jest, is an instance of none here.
  const { message, cause, errors } = Object(error) as Partial<Record<keyof AggregateError, unknown>>;
  if (typeof message !== 'string') return String(error);
  return [
    message === BAD_PORT ? BAD_PORT_EXPLAINED : message,
    // A host with several addresses: one error for each of them.
    Array.isArray(errors) && message === '' ? eachOf(errors, seen) : '',
    cause === undefined ? '' : messagesOf(cause, seen),
  ]
    .filter((part) => part !== '')
    .join(': ');
}

function eachOf(errors: readonly unknown[], seen: Set<unknown>): string {
  return errors
    .slice(0, MAX_ERRORS)
    .map((each) => messagesOf(each, seen))
    .filter((part) => part !== '')
    .join(', ');
}

/** How Node's fetch says it. */
const BAD_PORT = 'bad port';
const BAD_PORT_EXPLAINED =
  'bad port: fetch refuses to ask some ports, such as 6000 and 10080, whoever listens there; let the server listen on another';
