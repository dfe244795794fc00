import type { DeploymentClass } from '@quietgate/core';

/** A piece of work of another system, by its id and its status there. */
export interface Run {
  readonly id: string;
  readonly status: string;
}

/** What a restart of the process that does the work does to each status of a system. */
export interface StatusTable {
  /** The work is lost in the middle, or done a second time. */
  readonly destroyed: readonly string[];
  /** It waits for its turn or for a person, or is done elsewhere, and goes on after the restart. */
  readonly unharmed: readonly string[];
  readonly over: readonly string[];
}

/** Makes a `classify` of a table. A status that the table does not name blocks: nobody knows that it would survive. */
export function classifyBy({ unharmed, over }: StatusTable): (run: Run) => DeploymentClass {
  const harmless = new Map<string, DeploymentClass>();
  for (const status of unharmed) harmless.set(status, 'phase-1');
  for (const status of over) harmless.set(status, 'terminal');
  return ({ status }) => harmless.get(status) ?? 'phase-0';
}
