import { failed, skipped, type Verdict } from './verdict.ts';

/** The checks of the count, in their order. */
export const COUNT_CHECK_IDS = [
  'answers',
  'body',
  'content-type',
  'no-store',
  'no-validators',
  'conditional',
  'head',
  'methods',
  'query',
  'cache',
  'time',
  'prefer-zero',
  'prefer-wait',
  'unknown',
] as const;

/** The checks of the cordon, in their order. */
export const CORDON_CHECK_IDS = [
  'unauthorized',
  'wrong-token',
  'state',
  'raise',
  'renew',
  'holders',
  'bad-requests',
  'lift',
  'lift-again',
  'cordon-methods',
] as const;

export type CheckId = (typeof COUNT_CHECK_IDS)[number] | (typeof CORDON_CHECK_IDS)[number];

/** One request to the server that is checked. */
export interface CheckRequest {
  readonly to: 'count' | 'cordon';
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Beside the query of the base URL, which requests for the count carry as a gate's do. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Which token goes along: of the requests to a cordon, which follow no redirect. */
  readonly token?: 'right' | 'wrong' | 'none';
  /** How many seconds the server may keep it pending. */
  readonly waitS?: number;
}

/** What came of a request. Times are in milliseconds, from any starting point. */
export type Reply =
  | { readonly type: 'none'; readonly message: string; readonly status?: undefined }
  | {
      readonly type: 'response';
      readonly status: number;
      readonly headers: Pick<Headers, 'get'>;
      /** Absent when it is longer than a gate reads. */
      readonly body: Uint8Array | undefined;
      /** Where a redirect led, without its query. */
      readonly redirectedTo: string | undefined;
      readonly sentAt: number;
      readonly endedAt: number;
    };

export type CheckResponse = Extract<Reply, { readonly type: 'response' }>;

/** The responses to the requests of a check, as many as those: none looks at more than it has asked for. */
export type Responses = readonly [CheckResponse, CheckResponse, ...CheckResponse[]];

/** What has been seen so far, of the checks before. */
export interface Seen {
  readonly verdicts: Readonly<Record<CheckId, Verdict>>;
  /** Of those checks whose requests were sent. */
  readonly replies: Readonly<Record<CheckId, readonly Reply[]>>;
  /** Whose lease is raised: a random name. */
  readonly holder: string;
  /** When the checks began, as HTTP writes it. */
  readonly date: string;
}

/** One check: what it sends, and what it makes of the responses. All of it is pure. */
export interface Check {
  readonly id: CheckId;
  /** Why it cannot be judged, if so: nothing is sent then. */
  readonly skip?: (seen: Seen) => string | undefined;
  /** Sent one after the other. None when the responses of an earlier check say it all. */
  readonly requests?: (seen: Seen) => readonly CheckRequest[];
  readonly judge: (responses: Responses, seen: Seen) => Verdict;
}

/** @returns the requests of a check, or its verdict when it cannot be judged */
export function plan(check: Check, seen: Seen): readonly CheckRequest[] | Verdict {
  const reason = check.skip?.(seen);
  return reason === undefined ? (check.requests?.(seen) ?? []) : skipped(reason);
}

/** A request that got no response fails its check, whatever the check. */
export function judge(check: Check, replies: readonly Reply[], seen: Seen): Verdict {
  const lost = replies.find((reply) => reply.type === 'none');
  if (lost !== undefined) return failed(lost.message);
  return check.judge(replies as Responses, seen);
}

/** What came of the first request of an earlier check. */
export function replyTo(id: CheckId, { replies }: Seen): Reply {
  return (replies[id] as Responses)[0];
}

/** The same of one that was answered. */
export function responseTo(id: CheckId, seen: Seen): CheckResponse {
  return replyTo(id, seen) as CheckResponse;
}

/** What stands on other checks cannot be judged where one of those has not passed. */
export function unlessPassed(...ids: readonly CheckId[]): (seen: Seen) => string | undefined {
  return ({ verdicts }) => {
    for (const id of ids) {
      const { outcome, message } = verdicts[id];
      if (outcome === 'skipped') return message;
      if (outcome === 'failed') return `cannot be judged, since ${id} failed`;
    }
    return undefined;
  };
}
