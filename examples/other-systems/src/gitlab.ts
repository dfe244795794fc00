import { classifyBy, type Run, type StatusTable } from './classify-by.ts';
import { refuseNextPage } from './refuse-next-page.ts';

/** Pipelines of GitLab, whose jobs a runner does. While one is cancelled, its `after_script` still runs. */
export const GITLAB_STATUSES: StatusTable = {
  destroyed: ['running', 'canceling'],
  unharmed: [
    ...['created', 'waiting_for_resource', 'preparing', 'waiting_for_callback'],
    ...['pending', 'manual', 'scheduled'],
  ],
  over: ['success', 'failed', 'canceled', 'skipped'],
};

export const classifyGitlabPipeline = classifyBy(GITLAB_STATUSES);

/**
 * The pipelines in an answer to `GET /api/v4/projects/:id/pipelines?per_page=100&status=…`, which is to be asked for each
 * status in `destroyed`, and for each once more with `&source=parent_pipeline`: child pipelines are in no other listing.
 *
 * @param headers - those of the answer: `X-Next-Page` is empty on the last page
 * @throws Error when there is another page, which might hold a pipeline in flight
 */
export function gitlabPipelines(answer: readonly GitlabPipeline[], headers: Headers): Run[] {
  refuseNextPage('GitLab', headers.get('x-next-page'));
  return answer.map(({ id, status }) => ({ id: String(id), status }));
}

interface GitlabPipeline {
  readonly id: number;
  readonly status: string;
}
