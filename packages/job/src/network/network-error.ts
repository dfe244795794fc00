import { giveCredentials } from '../text/give-credentials.ts';
import type { Phase } from './phase.ts';
import { INVALID_REDIRECT } from './redirect.ts';
import { type TlsProblem, tlsProblemOf } from './tls-problem.ts';

/** Where a request was when something went wrong. */
export interface Place {
  /** Host and port of the other end: a server's, or a proxy's. */
  readonly peer: string;
  /** The variable of the proxy in use, and whether the other end is that proxy, or the server behind its tunnel. */
  readonly proxy?: { readonly variable: string; readonly isPeer: boolean } | undefined;
  /** The URL that a redirect led to, without its query. */
  readonly redirectedTo?: string | undefined;
  readonly phase: Phase;
}

/** A request that failed on its way, described for whoever is on call. Its message repeats no password and no query. */
export class NetworkError extends Error {
  override readonly name: string = 'NetworkError';
  /** Node's code for what went wrong, as in `ECONNREFUSED`, where there is one. */
  readonly code: string | undefined;
  readonly phase: Phase;
  /** What to do about it, where this failure wants something else than others. */
  readonly remedy: string | undefined;

  constructor(error: unknown, place: Place) {
    super(describe(error, place));
    this.code = codeOf(error);
    this.phase = place.phase;
    this.remedy = remedyFor(error);
  }
}

const MAX_ADDRESSES = 4;

/** Code of an error whose message says what a proxy did that opens no tunnel. */
export const TUNNEL_REFUSED = 'ERR_TUNNEL_REFUSED';

/** What the other end did, by Node's code for it. */
const PREDICATES: ReadonlyMap<string | undefined, string> = new Map([
  ['ECONNREFUSED', 'refused the connection'],
  ['ETIMEDOUT', 'did not respond while a connection was made'],
  ['EHOSTUNREACH', 'cannot be reached: there is no route to the host'],
  ['ENETUNREACH', 'cannot be reached: there is no route to its network'],
  ['EADDRNOTAVAIL', 'cannot be reached from an address of this machine'],
  ['Z_BUF_ERROR', 'sent a compressed body that ends too early'],
  ['Z_DATA_ERROR', 'sent a compressed body that is broken'],
]);

const LOOKUPS: ReadonlyMap<string | undefined, string> = new Map([
  ['ENOTFOUND', 'host not found'],
  ['EAI_AGAIN', 'the name server did not respond'],
]);

/** How a connection ended too early, by how far it got. */
const ENDINGS: Readonly<Record<Phase, string>> = {
  resolving: 'closed the connection',
  connecting: 'closed the connection',
  securing: 'closed the connection in the TLS handshake',
  waiting: 'closed the connection without a response',
  reading: 'closed the connection in the middle of the response',
};

const ENDED_EARLY: ReadonlySet<string | undefined> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

const TLS_PREDICATES: Readonly<Record<TlsProblem, string>> = {
  'client-certificate': 'wants a client certificate, and quietgate has none',
  'handshake-refused': 'refused the TLS handshake',
  expired: 'has a certificate that has expired',
  'not-yet-valid': 'has a certificate that is not valid yet',
  'other-name': 'has a certificate for another name',
};

const TLS_REMEDIES: Readonly<Record<TlsProblem, string>> = {
  'client-certificate':
    'quietgate shows no client certificate: use a URL of the endpoint that does not ask for one.',
  'handshake-refused':
    'The server may want a client certificate, which quietgate does not have, or a TLS version that this Node does not speak.',
  expired: "Renew the server's certificate. If it has not expired, correct the clock of this machine.",
  'not-yet-valid':
    "Correct the clock of this machine. If it is right, replace the server's certificate: its time has not begun.",
  'other-name': 'Use a host in the URL that the certificate names, or add this one to the certificate.',
};

function describe(error: unknown, place: Place): string {
  const { redirectedTo, phase } = place;
  const failures = failuresOf(error).map((each) => describeOne(each, place.peer, subjectOf(place), phase));
  return (
    (redirectedTo === undefined ? '' : `redirected to ${redirectedTo}: `) + [...new Set(failures)].join('; ')
  );
}

function subjectOf({ peer, proxy }: Place): string {
  if (proxy === undefined) return peer;
  return proxy.isPeer
    ? `the proxy in ${proxy.variable} (${peer})`
    : `${peer} (through the proxy in ${proxy.variable})`;
}

/** A host with several addresses fails once for each of them. */
function failuresOf(error: unknown): unknown[] {
  const several = error instanceof AggregateError && error.errors.length > 0;
  return several ? error.errors.slice(0, MAX_ADDRESSES) : [error];
}

function describeOne(error: unknown, peer: string, subject: string, phase: Phase): string {
  const code = codeOf(error);
  const message = messageOf(error);
  const lookup = LOOKUPS.get(code);
  if (lookup !== undefined) return `${subject}: DNS lookup failed: ${lookup} (${String(code)})`;
  if (code === INVALID_REDIRECT || code === TUNNEL_REFUSED) return `${subject} ${message}`;
  if (ENDED_EARLY.has(code)) return `${subject} ${ENDINGS[phase]} (${String(code)})`;
  if (message.startsWith('Proxy connection ended')) return `${subject} ${ENDINGS[phase]}`;
  const predicate = PREDICATES.get(code);
  if (predicate !== undefined) return `${subject}${addressOf(error, peer)} ${predicate} (${String(code)})`;
  if (code === 'HPE_HEADER_OVERFLOW') return `${subject} sent more than 300 kB of headers (${code})`;
  if (code?.startsWith('HPE_'))
    return `${subject} sent a response that is not HTTP: ${message.replace('Parse Error: ', '')}`;
  return `${subject} ${describeTls(error, message, phase) ?? `could not be asked: ${message}`}`;
}

function describeTls(error: unknown, message: string, phase: Phase): string | undefined {
  const code = codeOf(error);
  const reason = opensslReason(error);
  const problem = tlsProblemOf(code, reason);
  if (problem === 'other-name') return `${TLS_PREDICATES[problem]}: ${message} (${String(code)})`;
  if (problem !== undefined) return `${TLS_PREDICATES[problem]} (${reason ?? String(code)})`;
  if (reason !== undefined) return `failed the TLS handshake: ${reason}`;
  return phase === 'securing'
    ? `has a certificate that is not trusted: ${message} (${String(code)})`
    : undefined;
}

function remedyFor(error: unknown): string | undefined {
  const { credentialsIn } = Object(error) as { credentialsIn?: unknown };
  if (typeof credentialsIn === 'string') return giveCredentials(credentialsIn);
  const problem = tlsProblemOf(codeOf(error), opensslReason(error));
  return problem && TLS_REMEDIES[problem];
}

/** The address that was tried, where the name before does not say it. */
function addressOf(error: unknown, peer: string): string {
  const { address, port } = Object(error) as { address?: unknown; port?: unknown };
  if (typeof address !== 'string' || peer.includes(address)) return '';
  return ` at ${address.includes(':') ? `[${address}]` : address}:${String(port)}`;
}

/** What OpenSSL says, without its line of hexadecimal digits and files. */
function opensslReason(error: unknown): string | undefined {
  const { reason } = Object(error) as { reason?: unknown };
  if (typeof reason === 'string') return reason;
  return /:error:[\dA-F]+:[^:]*:[^:]*:([^:]+):/.exec(messageOf(error))?.[1];
}

function codeOf(error: unknown): string | undefined {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : 'no reason was given';
  // Newer versions of Node add advice of their own, for whoever starts them.
  return message.trim().replace(/(\n|; if the root CA is installed locally).*/s, '');
}
