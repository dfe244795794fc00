import type { DeploymentClass } from '../deployment.ts';
import type { KnownStatus } from './status-table.ts';

/**
 * What a record has to be for the status table to classify it: its `status` is any string, or one of some literals at least one
 * of which the table knows. Records whose statuses are all others need a `classify`: each would be `unknown`, and so not counted.
 *
 * @example
 * function count<D extends ClassifiedByStatus<D>>(runs: D[]) {
 *   return countInFlight(runs);
 * }
 */
export interface ClassifiedByStatus<D> {
  readonly id: string;
  readonly status: StatusOf<D>;
}

/** What options have to hold, unless the status table can classify the records. */
export type ClassifyIfNeeded<D> = [D] extends [ClassifiedByStatus<D>]
  ? unknown
  : { readonly classify: (deployment: D) => DeploymentClass };

type StatusOf<D> = D extends { readonly status: infer S extends string }
  ? string extends S
    ? string
    : [Extract<`${S}`, KnownStatus>] extends [never]
      ? never
      : string
  : string;
