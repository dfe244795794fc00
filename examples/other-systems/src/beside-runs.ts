import { classifyDeployment, type Deployment, type DeploymentClass } from '@quietgate/core';

/** Work that no status of a run names, and that a restart destroys all the same. */
export interface Operation {
  readonly id: string;
  readonly kind: 'cutover' | 'day-2 operation' | 'wipe';
  readonly endedAt?: Date;
}

/** All that a restart may destroy, in one iterable for `listDeployments`. */
export function* allWork(
  runs: Iterable<Deployment>,
  operations: Iterable<Operation>,
): Generator<Deployment | Operation> {
  yield* runs;
  yield* operations;
}

/** The one `classify` for both. */
export function classifyWork(work: Deployment | Operation): DeploymentClass {
  if ('status' in work) return classifyDeployment(work);
  return work.endedAt === undefined ? 'phase-0' : 'terminal';
}
