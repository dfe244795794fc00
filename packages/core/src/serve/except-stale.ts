import type { DeploymentClass } from '../deployment.ts';
import { markForAllInFlight } from '../in-flight/all-in-flight.ts';
import type { ClassifyIfNeeded } from '../in-flight/classified-by-status.ts';
import { classifyByStatus } from '../in-flight/classify-deployment.ts';
import { lookAtRun } from '../in-flight/look-at-run.ts';
import { timeOfSign } from '../in-flight/time-of-sign.ts';
import { notifyListener } from '../notify-listener.ts';
import { checkFiniteMs } from '../options/check-duration.ts';
import { checkFunction } from '../options/check-kind.ts';
import { checkOptions } from '../options/check-options.ts';
import { readConfirmMs } from '../options/read-confirm-ms.ts';
import { createSightings } from './create-sightings.ts';

/** Options of `exceptStale`. */
export interface ExceptStaleOptions<D extends { readonly id: string }> {
  /** How long ago the last heartbeat has to be, in milliseconds. Any finite number from 1. */
  readonly afterMs: number;
  /**
   * For how long that same heartbeat has to have been looked at, in milliseconds, before the run is stale: from the first look to the
   * present one, each gap between two looks counting 30,000 at most. So a process that was suspended, a store that was away or a
   * clock that was set makes no live run stale: its next heartbeat comes first. From 0 to `afterMs`.
   * @default 60_000, or `afterMs` if that is less
   */
  readonly confirmMs?: number | undefined;
  /**
   * When the run last showed that it is alive: a valid `Date`, a number of milliseconds since 1970 of 1e11 or more (seconds and
   * uptimes are smaller), or a string as in RFC 3339 (`2026-05-17T09:00:00Z`, with an offset). Return it as it was written, since
   * one that is computed anew each time looks like a new one. Anything else, a time outside the
   * years 1971 to 8999 or in the future, and a throw prove nothing: the run goes on blocking.
   */
  readonly lastSignOfLife: (deployment: D) => Date | string | number | null | undefined;
  /** The present, in milliseconds since 1970. What it throws proves nothing. @default Date.now */
  readonly now?: (() => number) | undefined;
  /** Classifies one record. What it throws is passed on. @default classifyDeployment; of an index, the index's own */
  readonly classify?: ((deployment: D) => DeploymentClass) | undefined;
  /**
   * Called with a deployment when it has become stale: once for each id, and again when it has shown a heartbeat in between.
   * Its process may still live. What it throws is ignored. @default none
   */
  readonly onStale?: ((deployment: D) => void) | undefined;
}

/**
 * Makes a `classify` under which a run that is in Phase 0 by its record, but has shown no heartbeat for `afterMs`, is
 * `stale` and blocks no longer: a run whose process died would hold up each deploy for as long as the gate's maximum wait.
 *
 * It belongs to the endpoint, which asks anew at each listing, and not to an index, which hears of changes only: hand the index
 * a new version of the record with each heartbeat. What it remembers of a record that has not been looked at for an hour is
 * forgotten, and the looking begins anew.
 *
 * @throws TypeError when an option is missing, of the wrong kind, or its name is unknown
 * @throws RangeError when `afterMs` or `confirmMs` is out of its range
 *
 * @example
 * inFlightCount({
 *   listDeployments,
 *   classify: exceptStale({ afterMs: 15 * 60_000, lastSignOfLife: (run: Run) => run.heartbeatAt }),
 * });
 */
export function exceptStale<D extends { readonly id: string }>(
  options: ExceptStaleOptions<D> & ClassifyIfNeeded<D>,
): (deployment: D) => DeploymentClass {
  const { lastSignOfLife, now, classify, onStale, rules } = resolveOptions(options);
  const { recall, keep } = createSightings();

  /** Looks at a run in Phase 0. What cannot be read proves nothing. */
  const isStale = (deployment: D): boolean => {
    try {
      const at = now();
      const last = recall(deployment.id, at);
      const seen = lookAtRun(last, timeOfSign(lastSignOfLife(deployment)), at, rules);
      keep(deployment.id, seen);
      // Stryker disable next-line OptionalChaining: what throws here proves nothing either
      const isProved = seen?.isStale === true;
      if (isProved && last?.isStale !== true) notifyListener(onStale, deployment);
      return isProved;
    } catch {
      keep(deployment.id, undefined);
      return false;
    }
  };

  const judge = (deployment: D, found: DeploymentClass): DeploymentClass => {
    if (found === 'phase-0') return isStale(deployment) ? 'stale' : found;
    keep(deployment.id, undefined);
    return found;
  };
  const judgeAll = (deployment: D) => judge(deployment, (classify ?? classifyByStatus)(deployment));
  if (classify !== undefined) return judgeAll;
  return markForAllInFlight(judgeAll, (deployment) => judge(deployment, 'phase-0'));
}

function resolveOptions<D extends { readonly id: string }>(options: ExceptStaleOptions<D>) {
  checkOptions('options', options, 'an object with afterMs and lastSignOfLife', [
    'afterMs',
    'confirmMs',
    'lastSignOfLife',
    'now',
    'classify',
    'onStale',
  ]);
  const { afterMs, lastSignOfLife, now = () => Date.now(), classify, onStale = () => undefined } = options;
  checkFiniteMs('afterMs', afterMs);
  const confirmMs = readConfirmMs(options.confirmMs, { name: 'afterMs', ms: afterMs });
  checkFunction('lastSignOfLife', lastSignOfLife);
  for (const [name, value] of Object.entries({ now, classify, onStale })) {
    if (value !== undefined) checkFunction(name, value);
  }
  return { lastSignOfLife, now, classify, onStale, rules: { afterMs, confirmMs } };
}
