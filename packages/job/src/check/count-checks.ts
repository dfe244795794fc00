import {
  formatWait,
  MAX_BODY_BYTES,
  MAX_IDS_LISTED,
  parseUnknown,
  readAge,
  UNKNOWN_HEADER,
} from '@quietgate/core/internal';
import { formatDuration } from '../text/format-duration.ts';
import { type Check, type CheckRequest, type CheckResponse, responseTo, unlessPassed } from './check.ts';
import { readCount } from './read-count.ts';
import { isSorted } from './is-sorted.ts';
import { isJson, isNoStore, isRedirect, judgeAllow } from './judge-headers.ts';
import { judgeApplied, judgeHeld } from './judge-long-poll.ts';
import { describeHeader, failed, passed, skipped, type Verdict } from './verdict.ts';

/** A listing may take half of what a gate gives one request. */
const MAX_LISTING_MS = 5000;

const get = (more: Partial<CheckRequest> = {}): CheckRequest => ({ to: 'count', method: 'GET', ...more });

/** A check of the plain response, which sends nothing. */
const ofPlain = (id: Check['id'], judge: (plain: CheckResponse) => Verdict): Check => ({
  id,
  skip: unlessPassed('answers'),
  judge: (_, seen) => judge(responseTo('answers', seen)),
});

/** The checks of the count. What each sends is what anybody may send. */
export const COUNT_CHECKS: readonly Check[] = [
  {
    id: 'answers',
    requests: () => [get()],
    judge: ([{ status }]) => {
      if (status === 200) return passed('status 200');
      if (status === 407) return failed('status 407: a proxy wants a user name and a password');
      const meaning = status === 404 ? ': there is no such endpoint' : '';
      return failed(`status ${status}${meaning}`, 'status 200');
    },
  },
  ofPlain('body', judgeBody),
  ofPlain('content-type', ({ headers }) => {
    const type = headers.get('content-type');
    return isJson(type)
      ? passed('application/json')
      : failed(describeHeader('Content-Type', type), 'exactly application/json');
  }),
  ofPlain('no-store', ({ headers }) => {
    const control = headers.get('cache-control');
    return isNoStore(control)
      ? passed('Cache-Control has no-store')
      : failed(describeHeader('Cache-Control', control), 'no-store');
  }),
  ofPlain('no-validators', ({ headers }) => {
    const found = ['ETag', 'Last-Modified'].filter((name) => headers.get(name) !== null);
    return found.length === 0
      ? passed('neither ETag nor Last-Modified')
      : failed(`there is ${found.join(' and ')}`, 'neither of ETag and Last-Modified');
  }),
  {
    id: 'conditional',
    skip: unlessPassed('answers', 'body'),
    requests: ({ date }) => [
      get({ headers: { 'if-none-match': '*' } }),
      get({ headers: { 'if-modified-since': date } }),
    ],
    judge: (responses) => judgeCounts(responses, 'a conditional request'),
  },
  {
    id: 'head',
    skip: unlessPassed('answers'),
    requests: () => [get({ method: 'HEAD' })],
    judge: ([response], seen) => judgeHead(response, responseTo('answers', seen)),
  },
  {
    id: 'methods',
    skip: unlessPassed('answers'),
    requests: () => [get({ method: 'POST' })],
    judge: ([response], seen) => {
      if (isRedirect(response) && responseTo('answers', seen).redirectedTo !== undefined) {
        return skipped('cannot be judged behind a redirect: use the URL that it leads to');
      }
      return judgeAllow('POST', response, ['GET', 'HEAD']);
    },
  },
  {
    id: 'query',
    skip: unlessPassed('answers', 'body'),
    requests: ({ holder }) => [get({ query: `nonce=${holder}` })],
    judge: (responses) => judgeCounts(responses, 'a request with a query'),
  },
  ofPlain('cache', ({ headers, redirectedTo }) => {
    if (redirectedTo !== undefined) return failed(`it redirects to ${redirectedTo}`, 'the URL that is asked');
    const ageS = readAge(headers.get('age'));
    return ageS === undefined
      ? passed('neither a cache nor a redirect')
      : failed(`Age is ${ageS}: a cache has answered`, 'the server, each time');
  }),
  ofPlain('time', ({ sentAt, endedAt }) => {
    const took = `it took ${formatDuration(endedAt - sentAt)}`;
    return endedAt - sentAt <= MAX_LISTING_MS
      ? passed(took)
      : failed(took, `${formatDuration(MAX_LISTING_MS)} at most, half of what a gate waits`);
  }),
  {
    id: 'prefer-zero',
    skip: unlessPassed('answers', 'body'),
    requests: () => [get({ headers: { prefer: formatWait(0) } })],
    judge: ([response], seen) => judgeApplied(response, responseTo('answers', seen)),
  },
  {
    id: 'prefer-wait',
    skip: unlessPassed('time', 'prefer-zero'),
    requests: () => [get({ headers: { prefer: formatWait(1) }, waitS: 1 })],
    judge: ([response], seen) => judgeHeld(response, responseTo('prefer-zero', seen)),
  },
  ofPlain('unknown', ({ headers }) => {
    const unknown = parseUnknown(headers.get(UNKNOWN_HEADER));
    return unknown === undefined
      ? passed('no record of unknown status')
      : passed(`warning: ${unknown} of unknown status, which nobody can judge`);
  }),
];

const FORM = '{"count":N,"ids":["…"]}, and no other field';

function judgeBody(plain: CheckResponse): Verdict {
  const read = readCount(plain);
  if (read.problem !== undefined) return failed(read.problem, FORM);
  const { count, body } = read;
  const fields = JSON.parse(new TextDecoder().decode(body)) as Readonly<Record<string, unknown>>;
  const others = Object.keys(fields).filter((name) => name !== 'count' && name !== 'ids');
  if (others.length > 0) return failed(`the body has other fields too: ${others.join(', ')}`, FORM);
  const ids = fields['ids'];
  if (!Array.isArray(ids)) return failed('ids is not an array', 'an array, also when it is empty');
  const listed = Math.min(count, MAX_IDS_LISTED);
  if (ids.length !== listed && !areCutShort(ids.length, listed, body)) {
    return failed(`${ids.length} ids for a count of ${count}`, `${listed}`);
  }
  return isSorted(ids as readonly string[])
    ? passed(`${count} in flight`)
    : failed('the ids are not sorted', 'in ascending order of code units');
}

/** Whether all ids, if they are as long as these, would make a body that no gate reads. */
function areCutShort(ids: number, of: number, body: Uint8Array): boolean {
  return ids > 0 && body.byteLength * (of / ids) > MAX_BODY_BYTES;
}

/** Whether each response is a count, as the plain one is. */
function judgeCounts(responses: readonly CheckResponse[], what: string): Verdict {
  const right = 'status 200 with a count';
  for (const response of responses) {
    if (response.status !== 200) return failed(`${what} got status ${response.status}`, right);
    const { problem } = readCount(response);
    if (problem !== undefined) return failed(`${what} got 200, but ${problem}`, right);
  }
  return passed(right);
}

function judgeHead(response: CheckResponse, plain: CheckResponse): Verdict {
  if (response.status !== plain.status) {
    return failed(`status ${response.status}`, `that of GET, ${plain.status}`);
  }
  for (const name of ['Content-Type', 'Cache-Control']) {
    const [head, get] = [response.headers.get(name), plain.headers.get(name)];
    if (head !== get) return failed(describeHeader(name, head), `that of GET, ${String(get)}`);
  }
  return passed('as GET, without a body');
}
