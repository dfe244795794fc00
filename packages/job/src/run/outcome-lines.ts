import type { JobResult } from '../report/job-result.ts';
import { advise } from '../report/advise.ts';
import { describeCordon } from '../report/describe-cordon.ts';
import { describeResult } from '../report/describe-result.ts';
import type { Progress } from '../report/progress.ts';
import type { Terms } from '../report/terms.ts';
import { timeIn } from './time-in.ts';

/** All that is said of an outcome: what it is, what has become of the cordon, and what to do. */
export function outcomeLines(result: JobResult, progress: Progress, terms: Terms): string[] {
  return [
    describeResult(result, progress, terms),
    describeCordon(result, timeIn) ?? [],
    advise(result, progress, terms) ?? [],
  ].flat();
}
