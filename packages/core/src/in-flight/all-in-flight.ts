/**
 * Marks an iterable all of whose records are in flight, as a `classify` of its own has found. Registered, so that the index of
 * another copy of this package is known as well.
 */
const ALL_IN_FLIGHT: unique symbol = /* @__PURE__ */ Symbol.for('quietgate.all-in-flight');

/** Says of an iterable that all of its records are in flight, and returns it. */
export function markAllInFlight<I extends object>(deployments: I): I {
  return Object.defineProperty(deployments, ALL_IN_FLIGHT, { value: true });
}

/** Whether all records of an iterable are in flight, so that none of them needs to be classified. */
export function isAllInFlight(deployments: object & { readonly [ALL_IN_FLIGHT]?: unknown }): boolean {
  return deployments[ALL_IN_FLIGHT] === true;
}
