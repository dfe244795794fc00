import { asciiJson, type JobResult } from '@quietgate/job';

/** What the step hands to those after it; `action.yml` lists them all. What there was none of is empty. */
export function outputsOf(result: JobResult): Readonly<Record<string, string>> {
  return {
    outcome: result.outcome,
    reason: result.outcome === 'failed-open' ? result.reason : '',
    count: result.lastSeen === undefined ? '' : String(result.lastSeen.count),
    ids: asciiJson(result.lastSeen?.ids ?? []),
    polls: String(result.polls),
    'elapsed-ms': String(result.elapsedMs),
  };
}
