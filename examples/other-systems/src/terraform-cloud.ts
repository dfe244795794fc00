import { classifyBy, type Run, type StatusTable } from './classify-by.ts';

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

/** The runs in an answer to `GET /api/v2/workspaces/:workspace_id/runs`. */
export function terraformRuns({ data }: TerraformAnswer): Run[] {
  return data.map(({ id, attributes }) => ({ id, status: attributes.status }));
}

interface TerraformAnswer {
  readonly data: readonly { readonly id: string; readonly attributes: { readonly status: string } }[];
}
