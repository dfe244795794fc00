import { parseLease, parseCordonStatus, type WireCordon, type WireLease } from '@quietgate/core/internal';
import {
  type Check,
  type CheckRequest,
  type CheckResponse,
  plainResponse,
  responsesOf,
  type Seen,
  unlessPassed,
} from './check.ts';
import { isJson, isNoStore, judgeAllow } from './judge-headers.ts';
import { describeHeader, failed, passed, skipped, type Verdict } from './verdict.ts';

/** How long the lease lasts that is raised, unless it is released before. */
export const LEASE_S = 5;

const METHODS = ['GET', 'PUT', 'DELETE'];

const ask = (method: CheckRequest['method'], query = ''): CheckRequest => ({
  to: 'cordon',
  method,
  query,
  token: 'right',
});

const raise = (holder: string, rest = `&seconds=${LEASE_S}`) => ask('PUT', `holder=${holder}${rest}`);

/** Releases the lease that the checks may have raised. */
export const release = (holder: string): CheckRequest => ask('DELETE', `holder=${holder}`);

/** The checks of the cordon. None repeats what a response says, which may be the token. */
export const CORDON_CHECKS: readonly Check[] = [
  {
    id: 'unauthorized',
    skip: (seen) => (plainResponse(seen) === undefined ? 'no request was answered' : undefined),
    requests: () => [{ to: 'cordon', method: 'GET', token: 'none' }],
    judge: ([response], seen) => judgeUnauthorized(response, seen),
  },
  {
    id: 'wrong-token',
    skip: unlessPassed('unauthorized'),
    requests: () => [{ to: 'cordon', method: 'GET', token: 'wrong' }],
    judge: ([response]) =>
      response?.status === 401 ? passed('status 401') : failed(statusOf(response), '401'),
  },
  {
    id: 'state',
    skip: unlessThere,
    requests: () => [ask('GET')],
    judge: ([response]) => judgeState(response),
  },
  {
    id: 'raise',
    skip: unlessAuthorized,
    requests: ({ holder }) => [raise(holder)],
    judge: ([response]) => judgeRaise(response),
  },
  {
    id: 'renew',
    skip: unlessPassed('raise'),
    requests: (seen) => [raise(seen.holder, `&seconds=${LEASE_S}&lease=${leaseIn(seen)}`)],
    judge: ([response], seen) => judgeRenewal(response, seen),
  },
  {
    id: 'holders',
    skip: unlessPassed('raise', 'state'),
    requests: () => [ask('GET')],
    judge: ([response], seen) => {
      const status = statusIn(response);
      if (status?.holders.includes(seen.holder) === true && status.seconds >= 1) {
        return passed('the holder is listed');
      }
      return (
        mayHaveLapsed(response, seen) ??
        failed('the lease is not in the state', 'its holder, and a second or more')
      );
    },
  },
  {
    id: 'bad-requests',
    skip: unlessPassed('raise'),
    requests: ({ holder }) => BAD_QUERIES.map(([method, query]) => ask(method, query.replace('H', holder))),
    judge: judgeBadRequests,
  },
  {
    id: 'lift',
    skip: unlessPassed('raise'),
    requests: ({ holder }) => [release(holder), ask('GET')],
    judge: ([response, after], seen) => {
      if (response?.status !== 200) return failed(statusOf(response), '200');
      const isListed = statusIn(after)?.holders.includes(seen.holder) === true;
      return isListed ? failed('the lease is still in the state', 'gone') : passed('the lease is gone');
    },
  },
  {
    id: 'lift-again',
    skip: unlessPassed('lift'),
    requests: ({ holder }) => [release(holder)],
    judge: ([response]) =>
      response?.status === 200
        ? passed('status 200, though there is no such lease')
        : failed(`${statusOf(response)} when there is no such lease`, '200'),
  },
  {
    id: 'cordon-methods',
    skip: unlessAuthorized,
    requests: () => [ask('POST'), ask('HEAD')],
    judge: ([post, head]) => {
      const verdict = judgeAllow('POST', post, METHODS);
      return verdict.outcome === 'passed' ? judgeAllow('HEAD', head, METHODS) : verdict;
    },
  },
];

/** What no cordon takes; H stands for the holder. If one is taken all the same, it is the lease of the checks that it is about. */
const BAD_QUERIES: readonly [method: 'GET' | 'PUT' | 'DELETE', query: string][] = [
  ['PUT', `seconds=${LEASE_S}`],
  ['PUT', 'holder=H'],
  ['PUT', 'holder=H&seconds=0'],
  ['PUT', 'holder=H&seconds=1.5'],
  ['PUT', 'holder=H&seconds=5s'],
  ['PUT', `holder=H&seconds=${LEASE_S}&seconds=${LEASE_S}`],
  ['PUT', `holder=H&seconds=${LEASE_S}&other=1`],
  ['PUT', `holder=H%20H&seconds=${LEASE_S}`],
  ['PUT', `holder=*&seconds=${LEASE_S}`],
  ['DELETE', 'holder=H&other=1'],
  ['GET', 'holder=H'],
];

function unlessThere({ verdicts }: Seen): string | undefined {
  const verdict = verdicts.get('unauthorized');
  return verdict?.outcome === 'skipped' ? verdict.message : undefined;
}

function unlessAuthorized(seen: Seen): string | undefined {
  const status = responsesOf(seen, 'state')[0]?.status;
  const isRefused = status === 401 || status === 403;
  return unlessThere(seen) ?? (isRefused ? 'cannot be judged, since the token is refused' : undefined);
}

function judgeUnauthorized(response: CheckResponse | undefined, seen: Seen): Verdict {
  const status = response?.status ?? 0;
  if (status === 404) return skipped('the server has no cordon: 404');
  if (status >= 300 && status < 400 && plainResponse(seen)?.redirectedTo !== undefined) {
    return skipped('cannot be judged behind a redirect, which the token does not follow');
  }
  if (status !== 401) return failed(`without a token: ${statusOf(response)}`, '401');
  const challenge = response?.headers.get('www-authenticate') ?? null;
  return /^bearer\b/i.test(challenge ?? '')
    ? passed('status 401 with WWW-Authenticate: Bearer')
    : failed(describeHeader('WWW-Authenticate', challenge), 'Bearer');
}

function judgeState(response: CheckResponse | undefined): Verdict {
  if (response?.status !== 200) {
    const isRefused = response?.status === 401 || response?.status === 403;
    return failed(`${statusOf(response)}${isRefused ? ': the token is refused' : ''}`, '200');
  }
  const type = response.headers.get('content-type');
  if (!isJson(type)) return failed(describeHeader('Content-Type', type), 'exactly application/json');
  const control = response.headers.get('cache-control');
  if (!isNoStore(control)) return failed(describeHeader('Cache-Control', control), 'no-store');
  const read = parsed(response, parseCordonStatus);
  if ('problem' in read) return failed(read.problem, '{"seconds":S,"holders":["…"]}');
  const { seconds, holders } = read.value;
  if ((seconds === 0) !== (holders.length === 0)) {
    return failed(
      `${seconds} seconds with ${holders.length} holders`,
      '0 and [] when it is down, else neither',
    );
  }
  const sorted = holders.every((holder, at) => at === 0 || String(holders[at - 1]) <= holder);
  if (!sorted) return failed('the holders are not sorted', 'in ascending order of code units');
  return passed(seconds === 0 ? 'the cordon is down' : `the cordon is up for ${seconds} s`);
}

function judgeRaise(response: CheckResponse | undefined): Verdict {
  if (response?.status === 409) return skipped('the cordon may not be raised now: 409');
  const lease = readLease(response);
  return typeof lease === 'string' ? failed(lease, FORM) : passed(`a lease of ${lease.seconds} s`);
}

function judgeRenewal(response: CheckResponse | undefined, seen: Seen): Verdict {
  const lease = readLease(response);
  if (typeof lease === 'string') return failed(lease, FORM);
  if (lease.lease === leaseIn(seen)) return passed('the same id');
  return mayHaveLapsed(response, seen) ?? failed('another id', 'the same, since the lease has not lapsed');
}

const FORM = `200 with {"seconds":S,"lease":"…"}, S from 1 to ${LEASE_S}`;

/** The lease in a response, or what is wrong with it. */
function readLease(response: CheckResponse | undefined): WireLease | string {
  if (response?.status !== 200) return statusOf(response);
  const lease = parsed(response, parseLease);
  if ('problem' in lease) return lease.problem;
  const { seconds } = lease.value;
  return seconds <= LEASE_S ? lease.value : `a lease of ${seconds} s for ${LEASE_S} that were asked`;
}

function leaseIn(seen: Seen): string {
  const lease = readLease(responsesOf(seen, 'raise')[0]);
  return typeof lease === 'string' ? '' : lease.lease;
}

function statusIn(response: CheckResponse | undefined): WireCordon | undefined {
  if (response?.status !== 200) return undefined;
  const status = parsed(response, parseCordonStatus);
  return 'value' in status ? status.value : undefined;
}

/** On a slow way the lease may have ended by itself: nothing can be said of a server then. */
function mayHaveLapsed(response: CheckResponse | undefined, seen: Seen): Verdict | undefined {
  const raised = responsesOf(seen, 'raise')[0];
  const granted = readLease(raised);
  const seconds = typeof granted === 'string' ? 0 : granted.seconds;
  const isOver =
    raised !== undefined && response !== undefined && response.endedAt - raised.sentAt >= seconds * 1000;
  return isOver ? skipped('the requests took so long that the lease may have expired') : undefined;
}

function judgeBadRequests(responses: readonly CheckResponse[], { verdicts }: Seen): Verdict {
  for (const [index, response] of responses.entries()) {
    const [method = '', query = ''] = BAD_QUERIES[index] ?? [];
    const { status } = response;
    const wasTaken = status >= 200 && status < 300;
    // A method that fails whatever the query is another check's matter.
    const isWrongAnyway = method === 'GET' && verdicts.get('state')?.outcome !== 'passed';
    const isJudged = method === 'PUT' || ((wasTaken || status === 400) && !isWrongAnyway);
    if (isJudged && status !== 400) return failed(`${method} ?${query}: ${statusOf(response)}`, '400');
    if (isJudged && !saysWhy(response)) {
      return failed(`${method} ?${query}: 400 without an error that says what it takes`, '{"error":"…"}');
    }
  }
  return passed('status 400 for each');
}

function saysWhy(response: CheckResponse): boolean {
  const read = parsed(response, (json) => (json as { error?: unknown } | null)?.error);
  return 'value' in read && typeof read.value === 'string' && read.value !== '';
}

/** What a body in JSON holds, or what is wrong with it. */
function parsed<T>(
  { body }: CheckResponse,
  parse: (json: unknown) => T,
): { readonly value: T } | { readonly problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return { problem: 'the body is not JSON' };
  }
  try {
    return { value: parse(json) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function statusOf(response: CheckResponse | undefined): string {
  return `status ${String(response?.status)}`;
}
