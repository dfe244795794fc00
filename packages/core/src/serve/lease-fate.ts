import type { LeaseFate } from '../cordon/cordon-rules.ts';

export type { LeaseFate };

/** Says what has become of a lease, by its id; nothing where it is not known any more. */
export type FateOf = (id: string) => LeaseFate | undefined | Promise<LeaseFate | undefined>;

/** Registered, so that a cordon of another copy of this package is known as well. */
const FATE_OF: unique symbol = /* @__PURE__ */ Symbol.for('quietgate.lease-fate');

/** Says of a cordon that it knows what has become of its leases, and returns it. */
export function markFates<C extends object>(cordon: C, fateOf: FateOf): C {
  return Object.defineProperty(cordon, FATE_OF, { value: fateOf });
}

/** What says what has become of a cordon's leases; nothing where the cordon does not know. */
export function fatesOf(cordon: object & { readonly [FATE_OF]?: FateOf }): FateOf | undefined {
  return cordon[FATE_OF];
}
