import { COMMANDS } from '@quietgate/job';
import {
  DEFAULT_LIMITS,
  LIFT_WITHOUT_ROLL_MS,
  MAX_BODY_BYTES,
  MIN_LEASE_MS,
  MIN_TOKEN_LENGTH,
} from '@quietgate/core/internal';
import { ATTEMPT_MS } from '../packages/job/src/network/connecting.ts';
import { DEFAULT_CORDON_LIMITS } from '../packages/core/src/serve/create-cordon.ts';
import { DEFAULT_HOLD, DEFAULT_LIST_TIMEOUT_MS } from '../packages/http-adapters/src/endpoint/options.ts';
import { DEFAULT_MAX_LEASE_MS } from '../packages/http-adapters/src/endpoint/cordon-options.ts';
import { DEFAULT_STALE_AFTER_MS } from '../packages/postgres/src/runs/create-postgres-runs.ts';
import { HEARTBEAT_MS } from '../packages/job/src/report/log-lines.ts';
import { LEASE_S } from '../packages/job/src/check/cordon-checks.ts';
import { MAX_HEARTBEAT_MS } from '../packages/postgres/src/runs/keep-runs.ts';
import { MAX_REDIRECTS } from '../packages/job/src/network/redirect.ts';
import { MAX_RUN_ID_LENGTH } from '../packages/core/src/serve/check-run-id.ts';
import { TIME_LIMIT_MS } from '../packages/http-adapters/src/endpoint/deploy-cordon.ts';
import { TRIAL_INTERVAL_MS } from '../packages/http-adapters/src/listing/create-lister.ts';
import { retryPauseMs } from '../packages/core/src/gate/retry-policy.ts';

/** The pauses before the retries of a check, in seconds. */
const pauses = Array.from(
  { length: DEFAULT_LIMITS.retries },
  (_, tries) =>
    retryPauseMs({ type: 'unavailable', reason: 'unreachable', message: '' }, tries + 1, DEFAULT_LIMITS) /
    1000,
);

/**
 * The limits that documents name in a sentence, in words, each by the name that its mark there has. Other durations stand
 * there in digits, so that none in words goes unmarked.
 */
export const LIMITS: ReadonlyMap<string, string> = new Map([
  ['max-wait', inWords(DEFAULT_LIMITS.maxWaitMs)],
  ['interval', inWords(DEFAULT_LIMITS.intervalMs)],
  ['request', inWords(DEFAULT_LIMITS.requestTimeoutMs)],
  ['retries', String(DEFAULT_LIMITS.retries)],
  ['retry-pauses', `${pauses.slice(0, -1).join(', ')} and ${String(pauses.at(-1))} s`],
  ['retries-take', `${pauses.reduce((sum, pause) => sum + pause)} s`],
  ['body', `${MAX_BODY_BYTES / 2 ** 20} MiB`],
  ['token', `${MIN_TOKEN_LENGTH} characters`],
  ['run-id', String(MAX_RUN_ID_LENGTH)],
  ['listing', inWords(DEFAULT_LIST_TIMEOUT_MS)],
  ['trial', inWords(TRIAL_INTERVAL_MS)],
  ['hold', inWords(DEFAULT_HOLD.maxHoldMs)],
  ['relist', inWords(DEFAULT_HOLD.relistMs)],
  ['cordon', inWords(TIME_LIMIT_MS)],
  ['shortest-lease', inWords(MIN_LEASE_MS)],
  ['longest-lease', inWords(DEFAULT_MAX_LEASE_MS)],
  ['longest-cordon', inWords(DEFAULT_CORDON_LIMITS.maxUpMs)],
  ['cordon-rest', inWords(DEFAULT_CORDON_LIMITS.restMs)],
  ['release', inWords(LIFT_WITHOUT_ROLL_MS)],
  ['check-lease', `${LEASE_S} s`],
  ['until', inWords(COMMANDS.until.interval.read([]))],
  ['until-max-wait', inWords(COMMANDS.until['max-wait'].read([]))],
  ['connecting', inWords(ATTEMPT_MS)],
  ['redirects', String(MAX_REDIRECTS)],
  ['heartbeat-line', inWords(HEARTBEAT_MS)],
  ['heartbeat', inWords(MAX_HEARTBEAT_MS)],
  ['stale', inWords(DEFAULT_STALE_AFTER_MS)],
]);

/** A duration as a sentence has it: `20 s`, `a minute`, `30 minutes`, `an hour`. */
function inWords(ms: number): string {
  if (ms < 60_000) return `${ms / 1000} s`;
  if (ms < 3_600_000) return ms === 60_000 ? 'a minute' : `${ms / 60_000} minutes`;
  return ms === 3_600_000 ? 'an hour' : `${ms / 3_600_000} hours`;
}
