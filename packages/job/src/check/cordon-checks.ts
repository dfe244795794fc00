import { parseLease, parseCordonStatus, type WireCordon, type WireLease } from '@quietgate/core/internal';
import {
  type Check,
  type CheckRequest,
  type CheckResponse,
  type Reply,
  replyTo,
  type Responses,
  responseTo,
  type Seen,
  unlessPassed,
} from './check.ts';
import { isSorted } from './is-sorted.ts';
import { isJson, isNoStore, isRedirect, judgeAllow } from './judge-headers.ts';
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
    skip: (seen) => (replyTo('answers', seen).type === 'none' ? 'no request was answered' : undefined),
    requests: () => [{ to: 'cordon', method: 'GET', token: 'none' }],
    judge: ([response], seen) => judgeUnauthorized(response, seen),
  },
  {
    id: 'wrong-token',
    skip: unlessPassed('unauthorized'),
    requests: () => [{ to: 'cordon', method: 'GET', token: 'wrong' }],
    judge: ([response]) =>
      response.status === 401 ? passed('status 401') : failed(statusOf(response), '401'),
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
    requests: (seen) => [raise(seen.holder, `&seconds=${LEASE_S}&lease=${raisedIn(seen).lease}`)],
    judge: ([response], seen) => judgeRenewal(response, seen),
  },
  {
    id: 'holders',
    skip: unlessPassed('raise', 'state'),
    requests: () => [ask('GET')],
    judge: ([response], seen) => {
      const status = statusIn(response);
      if (status !== undefined && status.holders.includes(seen.holder) && status.seconds >= 1) {
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
    requests: badRequests,
    judge: judgeBadRequests,
  },
  {
    id: 'lift',
    skip: unlessPassed('raise'),
    requests: ({ holder }) => [release(holder), ask('GET')],
    judge: ([response, after], seen) => {
      if (response.status !== 200) return failed(statusOf(response), '200');
      const isListed = statusIn(after)?.holders.includes(seen.holder) === true;
      return isListed ? failed('the lease is still in the state', 'gone') : passed('the lease is gone');
    },
  },
  {
    id: 'lift-again',
    skip: unlessPassed('lift'),
    requests: ({ holder }) => [release(holder)],
    judge: ([response]) =>
      response.status === 200
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
const BAD_REQUESTS: readonly string[] = [
  `PUT ?seconds=${LEASE_S}`,
  'PUT ?holder=H',
  'PUT ?holder=H&seconds=0',
  'PUT ?holder=H&seconds=1.5',
  'PUT ?holder=H&seconds=5s',
  `PUT ?holder=H&seconds=${LEASE_S}&seconds=${LEASE_S}`,
  `PUT ?holder=H&seconds=${LEASE_S}&other=1`,
  `PUT ?holder=H%20H&seconds=${LEASE_S}`,
  `PUT ?holder=*&seconds=${LEASE_S}`,
  'DELETE ?holder=H&other=1',
  'GET ?holder=H',
];

function badRequests({ holder }: Seen): readonly CheckRequest[] {
  return BAD_REQUESTS.map((each) => {
    const [method, query] = each.replace('H', holder).split(' ?') as ['GET' | 'PUT' | 'DELETE', string];
    return ask(method, query);
  });
}

const BEHIND_REDIRECT = 'cannot be judged behind a redirect, which the token does not follow';

function unlessThere(seen: Seen): string | undefined {
  const { outcome, message } = seen.verdicts.unauthorized;
  if (outcome === 'skipped') return message;
  return isRedirect(replyTo('unauthorized', seen)) ? BEHIND_REDIRECT : undefined;
}

function unlessAuthorized(seen: Seen): string | undefined {
  const whyNotThere = unlessThere(seen);
  if (whyNotThere !== undefined) return whyNotThere;
  return isRefused(replyTo('state', seen)) ? 'cannot be judged, since the token is refused' : undefined;
}

function isRefused({ status }: Reply): boolean {
  return status === 401 || status === 403;
}

function judgeUnauthorized(response: CheckResponse, seen: Seen): Verdict {
  if (response.status === 404) return skipped('the server has no cordon: 404');
  if (isRedirect(response) && responseTo('answers', seen).redirectedTo !== undefined) {
    return skipped(BEHIND_REDIRECT);
  }
  if (response.status !== 401) return failed(`without a token: ${statusOf(response)}`, '401');
  const challenge = response.headers.get('www-authenticate');
  return /^bearer\b/i.test(String(challenge))
    ? passed('status 401 with WWW-Authenticate: Bearer')
    : failed(describeHeader('WWW-Authenticate', challenge), 'Bearer');
}

function judgeState(response: CheckResponse): Verdict {
  if (response.status !== 200) {
    return failed(`${statusOf(response)}${isRefused(response) ? ': the token is refused' : ''}`, '200');
  }
  const type = response.headers.get('content-type');
  if (!isJson(type)) return failed(describeHeader('Content-Type', type), 'exactly application/json');
  const control = response.headers.get('cache-control');
  if (!isNoStore(control)) return failed(describeHeader('Cache-Control', control), 'no-store');
  const read = parsed(response, parseCordonStatus);
  if (read.problem !== undefined) return failed(read.problem, '{"seconds":S,"holders":["…"]}');
  const { seconds, holders } = read.value;
  if ((seconds === 0) !== (holders.length === 0)) {
    return failed(
      `${seconds} seconds with ${holders.length} holders`,
      '0 and [] when it is down, else neither',
    );
  }
  if (!isSorted(holders)) return failed('the holders are not sorted', 'in ascending order of code units');
  return passed(seconds === 0 ? 'the cordon is down' : `the cordon is up for ${seconds} s`);
}

function judgeRaise(response: CheckResponse): Verdict {
  if (response.status === 409) return skipped('the cordon may not be raised now: 409');
  const lease = readLease(response);
  return typeof lease === 'string' ? failed(lease, FORM) : passed(`a lease of ${lease.seconds} s`);
}

function judgeRenewal(response: CheckResponse, seen: Seen): Verdict {
  const lease = readLease(response);
  if (typeof lease === 'string') return failed(lease, FORM);
  if (lease.lease === raisedIn(seen).lease) return passed('the same id');
  return mayHaveLapsed(response, seen) ?? failed('another id', 'the same, since the lease has not lapsed');
}

const FORM = `200 with {"seconds":S,"lease":"…"}, S from 1 to ${LEASE_S}`;

/** The lease in a response, or what is wrong with it. */
function readLease(response: CheckResponse): WireLease | string {
  if (response.status !== 200) return statusOf(response);
  const lease = parsed(response, parseLease);
  if (lease.problem !== undefined) return lease.problem;
  const { seconds } = lease.value;
  return seconds <= LEASE_S ? lease.value : `a lease of ${seconds} s for ${LEASE_S} that were asked`;
}

/** The lease that was raised. */
function raisedIn(seen: Seen): WireLease {
  return readLease(responseTo('raise', seen)) as WireLease;
}

function statusIn(response: CheckResponse): WireCordon | undefined {
  if (response.status !== 200) return undefined;
  return parsed(response, parseCordonStatus).value;
}

/** On a slow way the lease may have ended by itself: nothing can be said of a server then. */
function mayHaveLapsed({ endedAt }: CheckResponse, seen: Seen): Verdict | undefined {
  const { sentAt } = responseTo('raise', seen);
  return endedAt - sentAt >= raisedIn(seen).seconds * 1000
    ? skipped('the requests took so long that the lease may have expired')
    : undefined;
}

function judgeBadRequests(responses: Responses, seen: Seen): Verdict {
  const verdicts = responses.map((each, at) => judgeBadRequest(String(BAD_REQUESTS[at]), each, seen));
  return verdicts.find((each) => each !== undefined) ?? passed('status 400 for each');
}

/** @returns what is wrong, if anything is */
function judgeBadRequest(request: string, response: CheckResponse, { verdicts }: Seen): Verdict | undefined {
  const { status } = response;
  const wasTaken = status < 300;
  // A method that fails whatever the query is another check's matter.
  if (!request.startsWith('PUT') && !wasTaken && status !== 400) return undefined;
  if (request.startsWith('GET') && verdicts.state.outcome !== 'passed') return undefined;
  if (status !== 400) return failed(`${request}: ${statusOf(response)}`, '400');
  if (saysWhy(response)) return undefined;
  return failed(`${request}: 400 without an error that says what it takes`, '{"error":"…"}');
}

function saysWhy(response: CheckResponse): boolean {
  const { value } = parsed(response, (json) => (Object(json) as { error?: unknown }).error);
  return typeof value === 'string' && value !== '';
}

/** What a body in JSON holds, or what is wrong with it. */
function parsed<T>(
  { body }: CheckResponse,
  parse: (json: unknown) => T,
):
  | { readonly value: T; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return { problem: 'the body is not JSON' };
  }
  try {
    return { value: parse(json) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

function statusOf({ status }: CheckResponse): string {
  return `status ${status}`;
}
