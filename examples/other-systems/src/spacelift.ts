import { classifyBy, type Run, type StatusTable } from './classify-by.ts';
import { refuseNextPage } from './refuse-next-page.ts';

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

/**
 * The runs in the answers to the query `{ stack(id: "…") { runs(before: …) { id state } } }`: the newest ones without `before`,
 * then those before the last one of each answer. An answer does not tell whether it is the last; one without runs is.
 *
 * @throws Error when the last answer has runs, behind which might be one in flight
 */
export function spaceliftRuns(...answers: readonly SpaceliftAnswer[]): Run[] {
  const pages = answers.map(({ data }) => data.stack.runs);
  refuseNextPage('Spacelift', pages.at(-1)?.at(-1)?.id);
  return pages.flat().map(({ id, state }) => ({ id, status: state }));
}

interface SpaceliftAnswer {
  readonly data: {
    readonly stack: { readonly runs: readonly { readonly id: string; readonly state: string }[] };
  };
}
