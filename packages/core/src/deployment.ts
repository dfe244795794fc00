/**
 * What a restart of the server would do to a deployment.
 *
 * - `phase-0`: it would be destroyed; the only class that holds a deploy back
 * - `phase-1`: observation of the new cluster, which resumes after a restart
 * - `terminal`: over, well or badly
 * - `adopted`: the customer owns the result
 * - `stale`: it would be destroyed by its record, but has shown no heartbeat for too long; see `exceptStale`
 * - `unknown`: a status that the table does not name
 */
export type DeploymentClass = 'phase-0' | 'phase-1' | 'terminal' | 'adopted' | 'stale' | 'unknown';

/** One provisioning run, as far as the gate looks at it. Records may carry anything else beside. */
export interface Deployment {
  readonly id: string;
  /** One of the statuses in `STATUS_TABLE`, matched exactly; any other string is classified `unknown`. */
  readonly status: string;
  /**
   * When the customer took the result over: a time in the years 1971 to 8999, as a valid `Date` or a string that begins
   * with such a date (`YYYY-MM-DD`). Anything else means that it has not happened, the zero times and the ends of time of
   * other languages and databases included.
   */
  readonly adoptedAt?: Date | string | null | undefined;
}

/** How many deployments are in flight: in Phase 0 and not adopted. Zero is quiet. */
export interface InFlightCount {
  /** Authoritative: a non-negative integer. */
  readonly count: number;
  /** For the log: ids in flight, in ascending code-unit order. May be shorter than `count`. */
  readonly ids: readonly string[];
}
