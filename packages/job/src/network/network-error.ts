import type { Phase } from './phase.ts';

/** Where a request was when something went wrong. */
export interface Place {
  /** Host and port of the other end: a server's, or a proxy's. */
  readonly peer: string;
  /** The variable that names the other end, when it is a proxy. */
  readonly proxy?: string | undefined;
  /** The URL that a redirect led to, without its query. */
  readonly redirectedTo?: string | undefined;
  readonly phase: Phase;
}

/** A request that failed on its way, said for whoever is on call. Its message repeats no password and no query. */
export class NetworkError extends Error {
  override readonly name: string = 'NetworkError';
  /** Node's code for what went wrong, as in `ECONNREFUSED`, where there is one. */
  readonly code: string | undefined;
  readonly phase: Phase;

  constructor(error: unknown, place: Place) {
    super(describe(error, place));
    this.code = codeOf(error);
    this.phase = place.phase;
  }
}

const MAX_ADDRESSES = 4;

/** Code of an error whose message says what a proxy did that opens no tunnel. */
export const TUNNEL_REFUSED = 'ERR_TUNNEL_REFUSED';

/** What the other end did, by Node's code for it. */
const PREDICATES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ENOTFOUND: 'is a name that no name server knows',
  EAI_AGAIN: 'has a name, but the name server gave no answer',
  ETIMEDOUT: 'did not answer when a connection was made',
  EHOSTUNREACH: 'cannot be reached: there is no route to it',
  ENETUNREACH: 'cannot be reached: there is no route to its network',
  EADDRNOTAVAIL: 'cannot be reached from an address of this machine',
  Z_BUF_ERROR: 'sent a compressed body that ends too early',
  Z_DATA_ERROR: 'sent a compressed body that is broken',
  ERR_FR_TOO_MANY_REDIRECTS: 'redirects too often',
};

/** How a connection that ends too early is told, by how far it got. */
const ENDINGS: Readonly<Record<Phase, string>> = {
  resolving: 'closed the connection',
  connecting: 'closed the connection',
  securing: 'closed the connection in the TLS handshake',
  waiting: 'closed the connection without an answer',
  reading: 'closed the connection in the middle of the answer',
};

const ENDED_EARLY: ReadonlySet<string | undefined> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

function describe(error: unknown, place: Place): string {
  const { peer, proxy, redirectedTo } = place;
  const subject = proxy === undefined ? peer : `the proxy that ${proxy} names, ${peer},`;
  const failure = failuresOf(error).map((each) => describeOne(each, subject, place.phase));
  return (
    (redirectedTo === undefined ? '' : `redirected to ${redirectedTo}: `) + [...new Set(failure)].join('; ')
  );
}

/** A host with several addresses fails once for each of them. */
function failuresOf(error: unknown): unknown[] {
  const several = error instanceof AggregateError && error.errors.length > 0;
  return several ? error.errors.slice(0, MAX_ADDRESSES) : [error];
}

function describeOne(error: unknown, subject: string, phase: Phase): string {
  const code = codeOf(error);
  const message = messageOf(error);
  if (code === 'ERR_FR_REDIRECTION_FAILURE') {
    const { cause } = error as Error;
    return `${subject} redirects to where nobody can follow: ${messageOf(cause)}`;
  }
  if (code === TUNNEL_REFUSED) return `${subject} ${message}`;
  if (ENDED_EARLY.has(code)) return `${subject} ${ENDINGS[phase]} (${String(code)})`;
  if (message.startsWith('Proxy connection ended')) return `${subject} ${ENDINGS[phase]}`;
  const predicate = PREDICATES[code ?? ''];
  if (predicate !== undefined) return `${subject}${addressOf(error, subject)} ${predicate} (${String(code)})`;
  if (code?.startsWith('HPE_'))
    return `${subject} answered what is no HTTP: ${message.replace(/^Parse Error: /, '')}`;
  const tls = tlsReason(error, message);
  if (tls !== undefined) return `${subject} does not speak TLS as expected: ${tls}`;
  if (phase === 'securing')
    return `${subject} has a certificate that is not trusted: ${message} (${String(code)})`;
  return `${subject} could not be asked: ${message}`;
}

/** The address that was tried, where the name before does not say it. */
function addressOf(error: unknown, subject: string): string {
  const { address, port } = Object(error) as { address?: unknown; port?: unknown };
  if (typeof address !== 'string' || subject.includes(address)) return '';
  return ` at ${address.includes(':') ? `[${address}]` : address}:${String(port)}`;
}

/** What OpenSSL says, without its line of hexadecimal digits and files. */
function tlsReason(error: unknown, message: string): string | undefined {
  const { reason } = Object(error) as { reason?: unknown };
  const code = codeOf(error);
  if (typeof reason === 'string' && code?.startsWith('ERR_SSL_')) return reason;
  return /:error:[\dA-F]+:[^:]*:[^:]*:([^:]+):/.exec(message)?.[1];
}

function codeOf(error: unknown): string | undefined {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : 'no reason was given';
  // Newer versions of Node add advice of their own, for whoever starts them.
  return (
    message
      .replace(/; if the root CA is installed locally.*/, '')
      .trim()
      .split('\n', 1)[0] ?? ''
  );
}
