/** A question to which there is no answer yet that stands; it is asked again until there is one. */
export type Pending = PendingPoll | PendingLease;

interface Attempts {
  /** When it was first asked. */
  readonly begunAtMs: number;
  /** When it was last asked. */
  readonly askedAtMs: number;
  /** How many attempts have failed. */
  readonly failedTries: number;
}

/** How much is in flight? */
export interface PendingPoll extends Attempts {
  readonly type: 'poll';
  /** `wait`: whether the deploy may go. `hold-proof`: whether it still may, once the gate has ended. */
  readonly purpose: 'wait' | 'hold-proof';
  /** For how long the last request may be held, in whole seconds; absent when it does not say. */
  readonly waitS?: number | undefined;
}

/** May I have a lease, or keep it? */
export interface PendingLease extends Attempts {
  readonly type: 'lease';
  /**
   * `raise`: before a poll. `proof`: after the zero that is the green light, if the lease never lapsed. Once the gate has
   * ended, `hold-proof` asks the same again, and `hold` keeps the lease.
   */
  readonly purpose: 'raise' | 'proof' | 'hold-proof' | 'hold';
}

/** Whether it is asked after the gate's end, and so without regard to the maximum wait. */
export function isOfHold({ purpose }: Pending): boolean {
  return purpose === 'hold-proof' || purpose === 'hold';
}

/** A new raise or renewal. */
export function beginLease(purpose: PendingLease['purpose'], now: number): PendingLease {
  return { type: 'lease', purpose, begunAtMs: now, askedAtMs: now, failedTries: 0 };
}
