import { classifyBy, type Run, type StatusTable } from './classify-by.ts';

/** Runs of Spacelift, done by private workers. */
export const SPACELIFT_STATUSES: StatusTable = {
  destroyed: [
    ...['PREPARING', 'INITIALIZING', 'PLANNING'],
    ...['PREPARING_APPLY', 'APPLYING', 'PERFORMING', 'DESTROYING'],
  ],
  unharmed: [
    ...['QUEUED', 'READY', 'PENDING', 'UNCONFIRMED'],
    ...['PENDING_REVIEW', 'REPLAN_REQUESTED', 'CONFIRMED'],
  ],
  over: ['FINISHED', 'FAILED', 'STOPPED', 'CANCELED', 'DISCARDED', 'SKIPPED'],
};

export const classifySpaceliftRun = classifyBy(SPACELIFT_STATUSES);

/** The runs in an answer to the query `{ stack(id: "…") { runs { id state } } }`. */
export function spaceliftRuns({ data }: SpaceliftAnswer): Run[] {
  return data.stack.runs.map(({ id, state }) => ({ id, status: state }));
}

interface SpaceliftAnswer {
  readonly data: {
    readonly stack: { readonly runs: readonly { readonly id: string; readonly state: string }[] };
  };
}
