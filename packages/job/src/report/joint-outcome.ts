import type { JobResult } from './job-result.ts';

type Outcome = JobResult['outcome'];

/** Those that stand for several, in the order in which they deserve attention. */
const ORDER = ['timed-out', 'failed-open'] as const;

/** The outcome of several servers: the first of `timed-out`, `failed-open` and `quiet` that one of them has. */
export function jointOutcome(results: readonly JobResult[]): Outcome {
  return ORDER.find((each) => results.some(({ outcome }) => outcome === each)) ?? 'quiet';
}
