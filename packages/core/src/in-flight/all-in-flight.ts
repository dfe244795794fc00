import type { DeploymentClass } from '../deployment.ts';

/*
 * An index has found its records in flight by a `classify` of its own, and whoever counts it takes its word. The marks are
 * registered, so that what another copy of this package has made is known as well.
 */
const ALL_IN_FLIGHT: unique symbol = /* @__PURE__ */ Symbol.for('quietgate.all-in-flight');
const FOR_ALL_IN_FLIGHT: unique symbol = /* @__PURE__ */ Symbol.for('quietgate.for-all-in-flight');

type Classify<D> = (deployment: D) => DeploymentClass;

/** Says of an iterable that all of its records are in flight, and returns it. */
export function markAllInFlight<I extends object>(deployments: I): I {
  return Object.defineProperty(deployments, ALL_IN_FLIGHT, { value: true });
}

/** Whether all records of an iterable are in flight, so that none of them needs to be classified. */
export function isAllInFlight(deployments: object & { readonly [ALL_IN_FLIGHT]?: unknown }): boolean {
  return deployments[ALL_IN_FLIGHT] === true;
}

/** Says what is to stand in for a `classify` where all records are in flight, and returns the `classify`. */
export function markForAllInFlight<D>(classify: Classify<D>, standIn: Classify<D>): Classify<D> {
  return Object.defineProperty(classify, FOR_ALL_IN_FLIGHT, { value: standIn });
}

/** What classifies the records of an iterable: the `classify`, or what stands in for it where all of them are in flight. */
export function classifierFor<D>(
  deployments: object,
  classify: Classify<D> & { readonly [FOR_ALL_IN_FLIGHT]?: Classify<D> },
): Classify<D> {
  const standIn = isAllInFlight(deployments) ? classify[FOR_ALL_IN_FLIGHT] : undefined;
  return standIn ?? classify;
}
