import type { FailOpenReason, InFlightCount } from '@quietgate/core';
import { giveCredentials } from '../text/give-credentials.ts';
import type { JobResult } from './job-result.ts';
import { failureAtEnd, type Progress } from './progress.ts';
import type { Terms } from './terms.ts';

const ADVICE: Readonly<Record<FailOpenReason, string>> = {
  'not-found':
    'Expected until a server with the endpoint is rolled out. After that, check the URL: a path prefix may be missing.',
  'http-status':
    "Look for that status in the server's log, or in that of a proxy or login in front: the endpoint must be public.",
  unreachable:
    'Check the URL, and whether this machine needs HTTPS_PROXY to get there or NODE_EXTRA_CA_CERTS to trust it.',
  'request-timeout': 'Find out why the server is slow, or raise request-timeout.',
  'invalid-response': 'Something else answers there, such as a login page or an ingress: check the URL.',
};

const GONE =
  'The endpoint was there before: look whether the server was rolled back, or what is in front of it changed.';
const NO_ANSWER = 'Find out why the server is slow, or raise max-wait.';
const UNSETTLED =
  'Nothing was in flight at last, but not for as long as quiet-for: raise max-wait, or lower quiet-for.';
const STUCK = 'A run may be stuck: look at what was in flight. Raise max-wait if runs take longer than that.';

/** What to do about an outcome that is no green light; `undefined` for one that is. */
export function advise(result: JobResult, progress: Progress, terms: Terms): string | undefined {
  const { lastSeen } = result;
  const known = { ...progress, ...terms, wasThere: lastSeen !== undefined };
  if (result.outcome === 'failed-open') {
    const { reason, status } = result;
    return reason === 'internal'
      ? undefined
      : adviseOnFailure({ reason, status }, known) + adviseToWait(lastSeen);
  }
  if (result.outcome === 'timed-out') {
    const failure = failureAtEnd(result, progress);
    if (failure !== undefined) return adviseOnFailure(failure, known);
    if (lastSeen === undefined) return adviseOnNoConnection(known) ?? NO_ANSWER;
    return lastSeen.count === 0 ? UNSETTLED : STUCK;
  }
  return undefined;
}

/** Why there was no count. */
interface Failure {
  readonly reason: FailOpenReason;
  readonly status?: number | undefined;
}

/** What is known beside that. */
interface Known
  extends Pick<Progress, 'hasReachedServer' | 'remedy'>, Pick<Terms, 'proxyVariable' | 'httpProxy'> {
  /** Whether the endpoint has given a count before. */
  readonly wasThere: boolean;
}

function adviseOnFailure({ reason, status }: Failure, known: Known): string {
  const { proxyVariable, httpProxy, remedy, wasThere } = known;
  if (reason === 'unreachable' && remedy !== undefined) return remedy;
  if (status === 407) return adviseOnRefusingProxy(proxyVariable);
  if (httpProxy !== undefined && (status === 403 || status === 404)) {
    return `The proxy in ${httpProxy} may have answered that, and not the server: look whether it lets this machine through to it.`;
  }
  if (reason === 'not-found' && wasThere) return GONE;
  if (reason === 'unreachable' && proxyVariable !== undefined) {
    return `Check the URL, and the proxy in ${proxyVariable}.`;
  }
  return (reason === 'request-timeout' ? adviseOnNoConnection(known) : undefined) ?? ADVICE[reason];
}

/** A gate that opened over runs that were known to be in flight could have waited for them. */
function adviseToWait(lastSeen: InFlightCount | undefined): string {
  return lastSeen !== undefined && lastSeen.count > 0
    ? ' Runs were in flight when last seen: with --on-unavailable wait-when-busy the gate waits while they are.'
    : '';
}

/** A 407 is a proxy's, wherever it stands. */
function adviseOnRefusingProxy(proxyVariable: string | undefined): string {
  return proxyVariable === undefined
    ? 'A proxy on the way wants a user name and a password: put them into the URL of HTTPS_PROXY or HTTP_PROXY.'
    : giveCredentials(proxyVariable);
}

/** Where nothing refused the connection, and nothing took it. */
function adviseOnNoConnection({ hasReachedServer, proxyVariable }: Known): string | undefined {
  if (hasReachedServer !== false) return undefined;
  const proxy =
    proxyVariable === undefined
      ? 'whether this machine needs HTTPS_PROXY to get there'
      : `the proxy in ${proxyVariable}`;
  return `No connection was made: check the host of the URL, the firewall, the name server, and ${proxy}.`;
}
