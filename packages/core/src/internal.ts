/*
 * What the other packages of this project share with core, so that each limit, default and pattern stands once. Not a
 * public interface: it may change in any minor release, and those packages depend on a core of their own minor version.
 */
export { DEFAULT_LIMITS, type GateLimits, MAX_RETRIES, ON_UNAVAILABLE } from './gate/limits.ts';
export { toMicrosecond } from './gate/to-microsecond.ts';
export { tallyInFlight } from './in-flight/tally-in-flight.ts';
export { notifyListener } from './notify-listener.ts';
export { MAX_LEASES } from './cordon/cordon-rules.ts';
export { checkDuration, checkFiniteMs, MAX_DURATION_MS } from './options/check-duration.ts';
export { checkFunction, checkKind, checkSignal, isFunction, isObject } from './options/check-kind.ts';
export { checkOptions, nearestName } from './options/check-options.ts';
export { describeKind, mayHoldSecret } from './options/describe-given.ts';
export { headerProblem } from './options/header-problem.ts';
export { readConfirmMs } from './options/read-confirm-ms.ts';
export { isUrlPath } from './options/url-path.ts';
export { fatesOf, type LeaseFate, markFates } from './serve/lease-fate.ts';
export { createSubscriptions } from './serve/create-subscriptions.ts';
export { startTimer } from './serve/start-timer.ts';
export { markAllInFlight } from './in-flight/all-in-flight.ts';
export { EXPIRED, withTimeLimit } from './wait/with-time-limit.ts';
export { createUnknownReport, describeUnknown } from './serve/report-unknown.ts';
export { DEFAULT_LEASE_MS } from './wait/cordon-options.ts';
export { readGateOptions } from './wait/gate-options.ts';
export {
  ALL_HOLDERS,
  checkToken,
  HOLDER_RULE,
  isHolder,
  MAX_HOLDER_LENGTH,
  MIN_LEASE_MS,
  MIN_TOKEN_LENGTH,
  parseLease,
  type WireLease,
} from './wire/lease.ts';
export { appliedWait, formatWait, parseWait } from './wire/prefer.ts';
export { MAX_BODY_BYTES, MAX_IDS_LISTED } from './wire/size-limits.ts';
export { readBody } from './ask/read-body.ts';
export { urlUnder } from './options/base-url.ts';
export { readAge } from './wire/age.ts';
export { parseCordonStatus, type WireCordon } from './wire/cordon-status.ts';
export { decodeCount } from './wire/parse-in-flight-count.ts';
export { parseUnknown, UNKNOWN_HEADER } from './wire/unknown.ts';
export { type HoldContext, holdGates, LIFT_WITHOUT_ROLL_MS } from './wait/hold-gates.ts';
export { type HeldReport } from './wait/held-gate.ts';
