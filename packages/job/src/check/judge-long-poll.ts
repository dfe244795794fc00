import { appliedWait } from '@quietgate/core/internal';
import type { CheckResponse } from './check.ts';
import { readCount } from './read-count.ts';
import { describeHeader, failed, passed, skipped, type Verdict } from './verdict.ts';

const HEADER = 'Preference-Applied';

/** A server's timer may be a little early, by its own clock or by ours. */
const MIN_HELD_MS = 950;

/** A response that takes longer was not ended by the server's own timer. */
const MAX_HELD_MS = 6000;

/** The response to `Prefer: wait=0`, by which a gate finds out whether there are long polls, beside the plain one. */
export function judgeApplied(response: CheckResponse, plain: CheckResponse): Verdict {
  if (response.status !== 200) return failed(`with Prefer: wait=0 the status is ${response.status}`, '200');
  const uninvited = plain.headers.get(HEADER);
  if (uninvited !== null) return failed(`without Prefer, ${describeHeader(HEADER, uninvited)}`, 'absent');
  const applied = response.headers.get(HEADER);
  if (applied === null) return skipped('long polls are not offered');
  if (appliedWait(applied) !== 0) return failed(describeHeader(HEADER, applied), 'wait=0');
  const laterMs = durationOf(response) - durationOf(plain);
  return laterMs > MAX_HELD_MS
    ? failed(`with Prefer: wait=0 the response came ${Math.round(laterMs)} ms later`, 'immediate')
    : passed('applied: wait=0');
}

/**
 * The response to `Prefer: wait=1`: after a second when something is in flight, and at once when nothing is.
 *
 * @param before the response to the request before, which was not to be kept pending
 */
export function judgeHeld(response: CheckResponse, before: CheckResponse): Verdict {
  if (response.status !== 200) return failed(`with Prefer: wait=1 the status is ${response.status}`, '200');
  const applied = response.headers.get(HEADER);
  if (appliedWait(applied) !== 1) return failed(describeHeader(HEADER, applied), 'wait=1');
  const { count, problem } = readCount(response);
  const tookMs = durationOf(response);
  const took = `the response came after ${Math.round(tookMs)} ms`;
  if (problem !== undefined) return failed(problem, 'a count');
  if (tookMs > MAX_HELD_MS) return failed(took, 'a second');
  if (count > 0) {
    return tookMs < MIN_HELD_MS
      ? failed(`${took} with ${count} in flight`, 'a second')
      : passed('kept pending for a second');
  }
  return readCount(before).count === 0 && tookMs - durationOf(before) >= MIN_HELD_MS
    ? failed(`${took} with nothing in flight`, 'immediate')
    : passed('answered once nothing was in flight');
}

function durationOf({ sentAt, endedAt }: CheckResponse): number {
  return endedAt - sentAt;
}
