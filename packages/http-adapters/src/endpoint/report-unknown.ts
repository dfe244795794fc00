import type { DeploymentClass } from '@quietgate/core';
import { notifyListener } from './notify-listener.ts';

/** How many statuses are remembered, and so reported, at most. */
const MAX_REPORTED = 100;

/** How much of a text from a record goes into a message. */
const MAX_LENGTH = 100;

/**
 * Classifies as `classify` does, and reports the first deployment of each status that is `unknown`, since it counts for
 * nothing.
 */
export function createUnknownReport<D>(
  classify: (deployment: D) => DeploymentClass,
): (report: (deployment: D) => unknown) => (deployment: D) => DeploymentClass {
  const reported = new Set<unknown>();
  return (report) => (deployment) => {
    const found = classify(deployment);
    if (found === 'unknown' && reported.size < MAX_REPORTED) {
      const { status } = deployment as { readonly status?: unknown };
      if (!reported.has(status)) {
        reported.add(status);
        notifyListener(report, deployment);
      }
    }
    return found;
  };
}

/** The warning for a server's log. */
export function describeUnknown(deployment: { readonly id: string; readonly status?: unknown }): string {
  const { id, status } = deployment;
  return `deployment ${quote(id)} counts for nothing, since its status is unknown: ${quote(status)}`;
}

/** What a record holds is not to be trusted with the lines of a log. */
function quote(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, MAX_LENGTH)) : typeof value;
}
