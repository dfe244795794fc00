import type { InFlightCount } from '@quietgate/core';
import { MAX_BODY_BYTES, MAX_IDS_LISTED } from '@quietgate/core/internal';
import type { Answer } from './endpoint.ts';
import { jsonAnswer } from './json-answer.ts';

/** Answers a count, for those who read it. */
export function countAnswer({ count, ids }: InFlightCount): Answer {
  return listAsMany(ids, (listed) => jsonAnswer(200, { count, ids: listed }));
}

/** For those who look at the status alone: they ask again in so many seconds, if they obey. */
const RETRY_AFTER_S = 20;

/** Answers whether it is quiet, for those who look at the status alone. */
export function quietAnswer({ count, ids }: InFlightCount): Answer {
  const quiet = count === 0;
  const headers: Record<string, string> = quiet ? {} : { 'Retry-After': String(RETRY_AFTER_S) };
  return listAsMany(ids, (listed) => jsonAnswer(quiet ? 200 : 503, { quiet, count, ids: listed }, headers));
}

/** Lists the first ids only, and only as many as a gate reads. */
function listAsMany(
  ids: readonly string[],
  answerOf: (listed: readonly string[]) => Answer,
  maxIds: number = MAX_IDS_LISTED,
): Answer {
  const answer = answerOf(ids.slice(0, maxIds));
  return Number(answer.headers['Content-Length']) <= MAX_BODY_BYTES
    ? answer
    : listAsMany(ids, answerOf, Math.floor(maxIds / 2));
}
