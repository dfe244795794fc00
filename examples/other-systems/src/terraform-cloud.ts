import { classifyBy, type Run, type StatusTable } from './classify-by.ts';
import { refuseNextPage } from './refuse-next-page.ts';

/** Runs of Terraform Cloud and Terraform Enterprise, where agents (or the workers of Enterprise) plan and apply. */
export const TERRAFORM_STATUSES: StatusTable = {
  destroyed: ['planning', 'applying'],
  unharmed: [
    ...['pending', 'fetching', 'fetching_completed', 'pre_plan_running', 'pre_plan_completed'],
    ...['queuing', 'plan_queued', 'planned', 'cost_estimating', 'cost_estimated'],
    ...['policy_checking', 'policy_override', 'policy_soft_failed', 'policy_checked', 'confirmed'],
    ...['post_plan_running', 'post_plan_awaiting_decision', 'post_plan_completed', 'planned_and_saved'],
    ...['queuing_apply', 'apply_queued', 'pre_apply_running', 'pre_apply_completed'],
  ],
  over: ['planned_and_finished', 'applied', 'discarded', 'errored', 'canceled', 'force_canceled'],
};

export const classifyTerraformRun = classifyBy(TERRAFORM_STATUSES);

/**
 * The runs in an answer to `GET /api/v2/workspaces/:workspace_id/runs?filter[status_group]=non_final&page[size]=100`.
 * Without the filter, runs that are over fill the pages.
 *
 * @throws Error when there is another page, which might hold a run in flight
 */
export function terraformRuns({ data, meta }: TerraformAnswer): Run[] {
  refuseNextPage('Terraform Cloud', meta.pagination['next-page']);
  return data.map(({ id, attributes }) => ({ id, status: attributes.status }));
}

interface TerraformAnswer {
  readonly data: readonly { readonly id: string; readonly attributes: { readonly status: string } }[];
  readonly meta: { readonly pagination: { readonly 'next-page': number | null } };
}
