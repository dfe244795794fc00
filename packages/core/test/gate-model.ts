/*
 * The gate as its documentation describes it, as one simulation in a straight line. It shares no code with the real
 * one and knows nothing of clocks, signals or promises, so that where the two agree, neither can be wrong alone.
 */
import type { FailOpenReason } from '@quietgate/core';

/** All of the gate's limits, in whole milliseconds. */
export interface Limits {
  readonly intervalMs: number;
  readonly maxWaitMs: number;
  readonly requestTimeoutMs: number;
  readonly quietForMs: number;
  readonly retries: number;
  readonly onUnavailable: 'proceed' | 'wait' | 'wait-when-busy';
  readonly longPoll: boolean;
}

/** What one request comes to, `afterMs` after it was made. */
export type Reply =
  | {
      readonly kind: 'count';
      readonly afterMs: number;
      readonly count: number;
      /** How old a cache says that it is. */
      readonly ageS?: number;
      /** Whether the server says that it applied the wait. */
      readonly applied?: boolean;
      /** How many records the server says that it cannot judge. */
      readonly unknown?: number;
    }
  | {
      readonly kind: 'status';
      readonly afterMs: number;
      readonly status: number;
      readonly retryAfterS?: number;
    }
  | { readonly kind: 'malformed'; readonly afterMs: number; readonly body: string }
  | { readonly kind: 'failure'; readonly afterMs: number }
  /** The headers of a 200 after `afterMs`, and then a body that never ends. */
  | { readonly kind: 'drip'; readonly afterMs: number }
  | { readonly kind: 'hang' };

export interface Trouble {
  readonly reason: FailOpenReason;
  readonly status?: number;
}

export type ModelResult = {
  readonly polls: number;
  readonly elapsedMs: number;
  readonly lastSeen?: number;
  readonly unknown?: number;
} & ({ readonly outcome: 'quiet' | 'timed-out' } | ({ readonly outcome: 'failed-open' } & Trouble));

export type ModelEvent = {
  readonly type: 'waiting' | 'settling' | 'retrying' | 'unavailable';
  readonly poll: number;
  readonly elapsedMs: number;
  readonly nextInMs: number;
  readonly lastSeen?: number;
  /** Of `waiting`: whether the next poll asks to be held. */
  readonly held?: boolean;
  /** Of `retrying`. */
  readonly about?: 'count';
  readonly failedTries?: number;
} & Partial<Trouble>;

/** When a request was made, and for how long, in seconds, it asked to be held. */
export interface ModelRequest {
  readonly atMs: number;
  readonly waitS: number | undefined;
}

/** All that the gate does, seen from outside. */
export interface Course {
  readonly result: ModelResult;
  readonly requests: readonly ModelRequest[];
  readonly events: readonly ModelEvent[];
}

/**
 * Every course that the gate may take. There are several when an answer arrives in the very millisecond in which the
 * request's time is over: either of the two may come first.
 */
export function* possibleCourses(limits: Limits, replies: readonly Reply[]): Generator<Course> {
  const unexplored: boolean[][] = [[]];
  for (let known = unexplored.pop(); known !== undefined; known = unexplored.pop()) {
    const ties = [...known];
    let met = 0;
    yield simulate(limits, replies, () => {
      if (met === ties.length) {
        if (met < MAX_TIES) unexplored.push([...ties, false]);
        ties.push(true);
      }
      return ties[met++] ?? true;
    });
  }
}

/** From here on the answer always comes first, or the number of courses would get out of hand. */
const MAX_TIES = 12;

function simulate(limits: Limits, replies: readonly Reply[], answerIsFirst: () => boolean): Course {
  const { intervalMs, maxWaitMs, requestTimeoutMs, quietForMs, retries, onUnavailable } = limits;
  const requests: ModelRequest[] = [];
  const events: ModelEvent[] = [];
  let now = 0;
  let polls = 0;
  let lastSeen: number | undefined;
  let unknown = 0;
  let zeroSince: number | undefined;
  let mayAskToWait = limits.longPoll;
  let applied = false;

  const longestWaitS = () => Math.floor(Math.min(intervalMs, maxWaitMs - now) / 1000);
  const facts = () => (lastSeen === undefined ? {} : { lastSeen });
  const end = (how: { outcome: 'quiet' | 'timed-out' } | ({ outcome: 'failed-open' } & Trouble)): Course => ({
    result: { ...how, polls, elapsedMs: now, ...facts(), ...(unknown > 0 && { unknown }) },
    requests,
    events,
  });
  const pause = (type: ModelEvent['type'], ms: number, more?: Partial<ModelEvent>) => {
    const nextInMs = Math.min(ms, maxWaitMs - now); // the last sleep is cut short to end on the maximum wait
    events.push({ type, poll: polls, elapsedMs: now, nextInMs, ...more, ...facts() });
    now += nextInMs;
  };
  const retry = (ms: number, failedTries: number, trouble: Trouble) => {
    pause('retrying', ms, { about: 'count', failedTries, ...trouble });
  };
  const wait = (ms: number) => {
    const leftMs = maxWaitMs - now - ms;
    pause('waiting', ms, { held: applied && mayAskToWait && Math.min(intervalMs, leftMs) >= 1000 });
  };

  while (now < maxWaitMs) {
    polls++;
    let trouble: Trouble | undefined;
    let waitS: number | undefined;
    let askedAt = now;

    for (let tries = 1; now < maxWaitMs; tries++) {
      const reply = replies[requests.length % replies.length] ?? { kind: 'hang' };
      askedAt = now;
      waitS = mayAskToWait ? ((lastSeen ?? 0) > 0 && applied ? longestWaitS() : 0) : undefined;
      requests.push({ atMs: now, waitS });
      const answeredAt = reply.kind === 'hang' || reply.kind === 'drip' ? Infinity : now + reply.afterMs;
      const overAt = Math.min(now + requestTimeoutMs + (waitS ?? 0) * 1000, maxWaitMs);
      const answered = answeredAt < overAt || (answeredAt === overAt && answerIsFirst());
      now = Math.min(answeredAt, overAt);

      if (answered && reply.kind === 'count' && !isCachedZero(reply)) {
        lastSeen = reply.count;
        unknown = reply.unknown ?? 0;
        applied = reply.applied === true;
        trouble = undefined;
        break;
      }
      trouble = answered ? troubleWith(reply) : { reason: 'request-timeout' };
      applied = false;
      if ((waitS ?? 0) > 0 && now < maxWaitMs) {
        // The wait may be to blame, so this was no try: asked again without, and so for the rest of the gate's life.
        mayAskToWait = false;
        tries--;
        const pauseMs = answered ? Math.min(askedPauseMs(reply), intervalMs) : 0;
        if (pauseMs > 0) retry(pauseMs, 0, trouble);
        continue;
      }
      const mayPass = lastSeen !== undefined || isCachedZero(reply) || isTransient(trouble);
      if (!mayPass || tries > retries || now === maxWaitMs) break;
      retry(retryPauseMs(reply, answered, tries, intervalMs), tries, trouble);
    }

    if (now === maxWaitMs) break; // whatever was under way
    if (trouble !== undefined) {
      const waits = onUnavailable === 'wait' || (onUnavailable === 'wait-when-busy' && (lastSeen ?? 0) > 0);
      if (!waits) return end({ outcome: 'failed-open', ...trouble });
      zeroSince = undefined; // as good as busy
      pause('unavailable', intervalMs, trouble);
    } else if (lastSeen !== 0) {
      zeroSince = undefined;
      if ((waitS ?? 0) > 0) wait(Math.max(0, askedAt + intervalMs - now));
      else wait(applied && mayAskToWait && longestWaitS() > 0 ? 0 : intervalMs);
    } else {
      zeroSince ??= now;
      const greenAt = zeroSince + quietForMs;
      if (now >= greenAt) return end({ outcome: 'quiet' });
      pause('settling', Math.min(intervalMs, greenAt - now));
    }
  }
  return end({ outcome: 'timed-out' });
}

function troubleWith(reply: Reply): Trouble {
  switch (reply.kind) {
    case 'status':
      return { reason: reply.status === 404 ? 'not-found' : 'http-status', status: reply.status };
    case 'malformed':
    case 'count':
      return { reason: 'invalid-response', status: 200 };
    case 'failure':
      return { reason: 'unreachable' };
    case 'drip':
    case 'hang':
      throw new Error(`a reply of kind ${reply.kind} is no trouble by itself`);
  }
}

function isTransient({ reason, status = 0 }: Trouble): boolean {
  if (reason === 'unreachable' || reason === 'request-timeout') return true;
  if (reason !== 'http-status') return false;
  return (
    [408, 425, 429].includes(status) || (status >= 500 && status < 600 && status !== 501 && status !== 505)
  );
}

/** A zero that is older than its question says nothing about now. */
function isCachedZero(reply: Reply): boolean {
  return reply.kind === 'count' && reply.count === 0 && (reply.ageS ?? 0) > 0;
}

/** 1 s, then 2 s and so on, doubling; or as long as a 429 or a 503 asks for, if that is longer, within one interval. */
function retryPauseMs(reply: Reply, answered: boolean, tries: number, intervalMs: number): number {
  const own = 1000 * 2 ** (tries - 1);
  return answered ? Math.max(own, Math.min(askedPauseMs(reply), intervalMs)) : own;
}

/** How long the server asks to be left alone. */
function askedPauseMs(reply: Reply): number {
  const mayAsk = reply.kind === 'status' && [429, 503].includes(reply.status);
  return mayAsk ? (reply.retryAfterS ?? 0) * 1000 : 0;
}
