import { classifyBy, type Run, type StatusTable } from './classify-by.ts';

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

/** The pipelines in an answer to `GET /api/v4/projects/:id/pipelines`. */
export function gitlabPipelines(answer: readonly GitlabPipeline[]): Run[] {
  return answer.map(({ id, status }) => ({ id: String(id), status }));
}

interface GitlabPipeline {
  readonly id: number;
  readonly status: string;
}
