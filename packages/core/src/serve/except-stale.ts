import type { DeploymentClass } from '../deployment.ts';
import { classifyByStatus } from '../in-flight/classify-deployment.ts';
import { isStale } from '../in-flight/is-stale.ts';
import { notifyListener } from '../notify-listener.ts';
import { checkFiniteMs } from '../options/check-duration.ts';
import { checkKind, isFunction, isObject } from '../options/check-kind.ts';
import { checkOptionNames } from '../options/check-options.ts';

/** Options of `exceptStale`. */
export interface ExceptStaleOptions<D extends { readonly id: string }> {
  /** How long ago the last sign of life has to be, in milliseconds. Any finite number from 1. */
  readonly afterMs: number;
  /**
   * When the run last showed that it is alive: a valid `Date`, milliseconds since 1970 above zero, or a string as in RFC
   * 3339 (`2026-05-17T09:00:00Z`, with an offset). Anything else, a time on or before 1970-01-01 or in the future, and a
   * throw prove nothing: the run goes on blocking.
   */
  readonly lastSignOfLife: (deployment: D) => Date | string | number | null | undefined;
  /** The present, in milliseconds since 1970. What it throws proves nothing. @default Date.now */
  readonly now?: (() => number) | undefined;
  /** Classifies one record. What it throws is passed on. @default classifyDeployment */
  readonly classify?: ((deployment: D) => DeploymentClass) | undefined;
  /**
   * Told of a deployment when it has become stale: once for each id, and again when it has shown a sign of life in between.
   * Its process may still live. What it throws is ignored. @default none
   */
  readonly onStale?: ((deployment: D) => void) | undefined;
}

type Resolved<D extends { readonly id: string }> = {
  readonly [Name in keyof ExceptStaleOptions<D>]-?: NonNullable<ExceptStaleOptions<D>[Name]>;
};

/** How many stale ids are remembered as reported; of more, those not seen for longest are reported again. */
const MAX_REMEMBERED = 10_000;

/**
 * Makes a `classify` under which a run that is in Phase 0 by its record, but has shown no sign of life for `afterMs`, is
 * `stale` and blocks no longer: a run whose process died would hold up each deploy for as long as the gate's cap.
 *
 * It belongs to the endpoint, which asks anew at each listing, and not to an index, which hears of changes only.
 *
 * @throws TypeError when an option is missing, of the wrong kind, or its name is none
 * @throws RangeError when `afterMs` is out of its range
 *
 * @example
 * inFlightCount({
 *   listDeployments,
 *   classify: exceptStale({ afterMs: 15 * 60_000, lastSignOfLife: (run: Run) => run.heartbeatAt }),
 * });
 */
export function exceptStale<D extends { readonly id: string; readonly status: string }>(
  options: ExceptStaleOptions<D>,
): (deployment: D) => DeploymentClass;
export function exceptStale<D extends { readonly id: string }>(
  options: ExceptStaleOptions<D> & { readonly classify: (deployment: D) => DeploymentClass },
): (deployment: D) => DeploymentClass;
export function exceptStale<D extends { readonly id: string }>(
  options: ExceptStaleOptions<D>,
): (deployment: D) => DeploymentClass {
  const { afterMs, lastSignOfLife, now, classify, onStale } = resolveOptions(options);
  const reported = new Set<string>();

  const mayLive = (deployment: D) => {
    try {
      return !isStale(lastSignOfLife(deployment), afterMs, now());
    } catch {
      return true;
    }
  };

  return (deployment) => {
    const found = classify(deployment);
    const wasReported = reported.delete(deployment.id);
    if (found !== 'phase-0' || mayLive(deployment)) return found;
    reported.add(deployment.id);
    if (reported.size > MAX_REMEMBERED) forgetFirst(reported);
    if (!wasReported) notifyListener(onStale, deployment);
    return 'stale';
  };
}

function forgetFirst(ids: Set<string>): void {
  for (const id of ids) {
    ids.delete(id);
    return;
  }
}

function resolveOptions<D extends { readonly id: string }>(options: ExceptStaleOptions<D>): Resolved<D> {
  checkKind('options', options, isObject, 'an object with afterMs and lastSignOfLife');
  checkOptionNames(options, ['afterMs', 'lastSignOfLife', 'now', 'classify', 'onStale']);
  const { afterMs, lastSignOfLife, now = () => Date.now(), onStale = () => undefined } = options;
  const { classify = classifyByStatus } = options;
  checkFiniteMs('afterMs', afterMs);
  for (const [name, value] of Object.entries({ lastSignOfLife, now, classify, onStale })) {
    checkKind(name, value, isFunction, 'a function');
  }
  return { afterMs, lastSignOfLife, now, classify, onStale };
}
