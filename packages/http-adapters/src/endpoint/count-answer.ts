import type { InFlightCount } from '@quietgate/core';
import { MAX_BODY_BYTES, MAX_IDS_LISTED } from '@quietgate/core/internal';
import type { Answer } from './endpoint.ts';
import { jsonAnswer } from './json-answer.ts';

/** Answers a count. Lists the first ids only, and only as many as a gate reads; `count` stays whole. */
export function countAnswer(inFlight: InFlightCount, maxIds: number = MAX_IDS_LISTED): Answer {
  const { count, ids } = inFlight;
  const answer = jsonAnswer(200, { count, ids: ids.slice(0, maxIds) });
  return Number(answer.headers['Content-Length']) <= MAX_BODY_BYTES
    ? answer
    : countAnswer(inFlight, Math.floor(maxIds / 2));
}
