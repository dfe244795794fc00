import type { JobResult } from './job-result.ts';

type Outcome = JobResult['outcome'];

/** The one that stands for several, in the order in which it deserves attention. */
const ORDER: readonly Outcome[] = ['timed-out', 'failed-open', 'quiet'];

/** What several servers come to: the first of `timed-out`, `failed-open` and `quiet` that one of them has. */
export function jointOutcome(results: readonly JobResult[]): Outcome {
  return ORDER.find((each) => results.some(({ outcome }) => outcome === each)) ?? 'quiet';
}
