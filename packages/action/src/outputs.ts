import { asciiJson, jointOutcome, type JobResult } from '@quietgate/job';

/**
 * What the step hands to those after it; `action.yml` lists them all. What there was none of is empty. Of several servers the
 * counts and checks are added up, the ids are all of them, the time is the longest, and the reason is the first.
 */
export function outputsOf(results: readonly JobResult[]): Readonly<Record<string, string>> {
  const seen = results.flatMap(({ lastSeen }) => lastSeen ?? []);
  const reasons = results.flatMap((result) => (result.outcome === 'failed-open' ? result.reason : []));
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  return {
    outcome: jointOutcome(results),
    reason: reasons[0] ?? '',
    count: seen.length === 0 ? '' : String(sum(seen.map(({ count }) => count))),
    ids: asciiJson(seen.flatMap(({ ids }) => ids)),
    polls: String(sum(results.map(({ polls }) => polls))),
    'elapsed-ms': String(Math.max(0, ...results.map(({ elapsedMs }) => elapsedMs))),
  };
}
