import { notifyListener } from '../notify-listener.ts';

/** Statuses come from a store, and are remembered: a hundred of them, and no more. */
const MAX_REPORTED = 100;

/** How much of a text from a record goes into a message. */
const MAX_LENGTH = 100;

/**
 * Makes a function that hands deployments of class `unknown` to a listener: the first of each status, since that is in
 * the records of all others like it.
 */
export function createUnknownReport<D>(): (deployment: D, listener: (deployment: D) => unknown) => void {
  const reported = new Set<unknown>();
  return (deployment, listener) => {
    const { status } = deployment as { readonly status?: unknown };
    if (reported.has(status) || reported.size >= MAX_REPORTED) return;
    reported.add(status);
    notifyListener(listener, deployment);
  };
}

/** The warning for a server's log. */
export function describeUnknown(deployment: { readonly id: string; readonly status?: unknown }): string {
  const { id, status } = deployment;
  const why = `unknown status ${shortened(status)}`;
  return `quietgate: run ${shortened(id)} is not counted: ${why}; pass classify if a restart would destroy it`;
}

/** What a record holds is not to be trusted with the lines of a log. */
function shortened(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, MAX_LENGTH)) : typeof value;
}
