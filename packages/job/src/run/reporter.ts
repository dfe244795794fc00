import type { JobResult } from '../report/job-result.ts';
import type { Progress } from '../report/progress.ts';

/** Reports to a user what the gate does. What it throws never disturbs the gate. */
export interface Reporter {
  readonly start: () => void;
  readonly progress: (progress: Progress) => void;
  readonly end: (result: JobResult, progress: Progress) => void;
  /** Leaves the output as it should be when the process ends before the gate does. */
  readonly stop: (why?: string) => void;
  /** Says something after the end, as a line of its own. */
  readonly note: (line: string, isTrouble: boolean) => void;
}

/** Where text goes: whole lines, or pieces of the live line. */
export type Write = (text: string) => void;
