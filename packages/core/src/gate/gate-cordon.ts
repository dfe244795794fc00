import type { CordonState } from './outcome.ts';
import { toMicrosecond } from './to-microsecond.ts';

/** What the gate knows of the cordon that it was told to raise. */
export interface GateCordon {
  readonly holder: string;
  /** For how long it asks, each time that it raises or renews, in milliseconds. */
  readonly leaseMs: number;
  readonly phase: CordonPhase;
  /** Whether it was asked for since the last poll, so that the next poll needs no renewal before it. */
  readonly isFresh: boolean;
}

/** How far the gate has got with its cordon. `uncordoned` has been reported in the last three. */
export type CordonPhase =
  /** It has not been asked for yet. */
  | { readonly type: 'unraised'; readonly lease?: undefined }
  /** The lease lasts, as far as the gate knows. */
  | { readonly type: 'up'; readonly lease: OwnLease }
  /** The lease could not be renewed; it may still last, and the next renewal that is due tries again. */
  | { readonly type: 'lost'; readonly lease: OwnLease; readonly message: string }
  /** No lease was ever granted; `rejections` are how many answers in a row say that none will be. */
  | {
      readonly type: 'refused';
      readonly lease?: undefined;
      readonly rejections: number;
      readonly message: string;
    }
  /** It is not asked for again: no lease will be granted, or an operator lifted the one there was. */
  | { readonly type: 'given-up'; readonly lease?: undefined; readonly message: string };

/** A lease as its holder believes in it: from when the request was sent, and so never for longer than the server does. */
export interface OwnLease {
  readonly id: string;
  readonly leaseMs: number;
  readonly sentAtMs: number;
}

/** The lease that was granted last, if it may still last. */
export function leaseOf({ phase }: GateCordon): OwnLease | undefined {
  return phase.lease;
}

/** For how much longer a lease lasts, in milliseconds; 0 when it has run out. */
export function remainingMs({ sentAtMs, leaseMs }: OwnLease, now: number): number {
  return Math.max(0, toMicrosecond(sentAtMs + leaseMs - now));
}

/** What a result says of the cordon. */
export function cordonResult(cordon: GateCordon, now: number): CordonState {
  const { holder, phase } = cordon;
  const lease = leaseOf(cordon);
  const leftMs = lease === undefined ? 0 : remainingMs(lease, now);
  switch (phase.type) {
    case 'unraised':
      return { holder, up: false, message: 'the gate ended before the cordon was raised' };
    case 'up':
      return leftMs > 0
        ? { holder, up: true, remainingMs: leftMs }
        : { holder, up: false, message: 'the lease has run out' };
    case 'lost':
    case 'refused':
    case 'given-up':
      return {
        holder,
        up: false,
        message: `${phase.message}${leftMs > 0 ? '; the lease may still last' : ''}`,
      };
  }
}
