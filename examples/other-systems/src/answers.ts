import { gitlabPipelines } from './gitlab.ts';
import { pulumiUpdates } from './pulumi.ts';
import { spaceliftRuns } from './spacelift.ts';
import { terraformRuns } from './terraform-cloud.ts';

/** Answers in the shape in which each system gives them, for want of the systems; those of BullMQ are recorded. */

export const TERRAFORM_RUNS = terraformRuns({
  data: [
    { id: 'run-bWSq4YeYpfrW4mx7', attributes: { status: 'applying' } },
    { id: 'run-Hcam3LNThRL3nVjk', attributes: { status: 'planned' } },
    { id: 'run-PQnbhEZgKEVWCMgf', attributes: { status: 'apply_queued' } },
    { id: 'run-CZcmD7eagjhyX0vN', attributes: { status: 'planned_and_finished' } },
  ],
  meta: { pagination: { 'next-page': null } },
});

export const SPACELIFT_RUNS = spaceliftRuns(
  {
    data: {
      stack: {
        runs: [
          { id: '01JV5Q1A2B3C4D5E6F7G8H9J0K', state: 'PREPARING_APPLY' },
          { id: '01JV5Q0T9W7C1M2N3P4R5S6T7V', state: 'UNCONFIRMED' },
          { id: '01JV5PZ3K8B0D1F2G3H4J5K6M7', state: 'FINISHED' },
        ],
      },
    },
  },
  { data: { stack: { runs: [] } } },
);

export const PULUMI_UPDATES = pulumiUpdates({
  updates: [
    { updateID: '6a1fdf0c-3d8b-4a5e-8a34-0f0c5a6de2b1', info: { result: 'in-progress' } },
    { updateID: '2b7c9e51-58f3-4d9a-9d0b-7c1a8e4f6d20', info: { result: 'succeeded' } },
  ],
});

export const GITLAB_PIPELINES = gitlabPipelines(
  [
    { id: 48, status: 'running' },
    { id: 47, status: 'manual' },
    { id: 46, status: 'canceling' },
    { id: 45, status: 'success' },
  ],
  new Headers({ 'x-next-page': '' }),
);

/** What Atlantis answers to `GET /status` while its last two operations end. */
export const ATLANTIS_STATUSES = [2, 1, 0].map((operations) => ({
  shutting_down: false,
  in_progress_operations: operations,
}));

/** What BullMQ 6.7 on Redis 7.0 returned as the active jobs of a queue while its last two jobs ended. */
export const BULLMQ_ACTIVE = [['t17', 't13'], ['t17'], []];
