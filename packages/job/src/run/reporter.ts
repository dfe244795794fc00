import type { JobResult } from '../report/job-result.ts';
import type { Progress } from '../report/progress.ts';

/** How the gate of one server has ended. */
export interface Ended {
  readonly result: JobResult;
  readonly progress: Progress;
}

/** Reports to a user what the gates do. What it throws never disturbs them. */
export interface Reporter {
  readonly start: () => void;
  /** @param server its place in the plan */
  readonly progress: (server: number, progress: Progress) => void;
  /** The gates have ended, in the order of the plan's servers. */
  readonly end: (ended: readonly Ended[]) => void;
  /** Leaves the output as it should be when the process ends before the gates do. */
  readonly stop: (why?: string) => void;
  /** Says something after the end, as a line of its own. */
  readonly note: (line: string, isWarning: boolean) => void;
}

/** Where text goes: whole lines, or pieces of the live lines. */
export type Write = (text: string) => void;
