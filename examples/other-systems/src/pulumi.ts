import { classifyBy, type Run, type StatusTable } from './classify-by.ts';

/** Updates of Pulumi. The list of a stack's updates, and the Automation API, spell two of the statuses in another way. */
export const PULUMI_STATUSES: StatusTable = {
  destroyed: ['running', 'in-progress'],
  unharmed: ['not started', 'not-started', 'requested'],
  over: ['failed', 'succeeded', 'skipped'],
};

export const classifyPulumiUpdate = classifyBy(PULUMI_STATUSES);

/**
 * The updates in an answer to `GET /api/stacks/:organization/:project/:stack/updates`, newest first. A stack has one update at
 * a time, the newest, so the first page has it.
 */
export function pulumiUpdates({ updates }: PulumiAnswer): Run[] {
  return updates.map(({ updateID, info }) => ({ id: updateID, status: info.result }));
}

interface PulumiAnswer {
  readonly updates: readonly { readonly updateID: string; readonly info: { readonly result: string } }[];
}
