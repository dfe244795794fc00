import { type CordonEndpoint, cordonEndpoint } from '../ask/cordon-endpoint.ts';
import { type Supplied, supply, type Supply } from '../ask/supply.ts';
import { checkNumber } from '../options/check-duration.ts';
import { checkOptions } from '../options/check-options.ts';
import { checkHolder, checkToken, MIN_LEASE_MS } from '../wire/lease.ts';
import { CORDON_PATH } from '../wire/paths.ts';
import {
  type Access,
  type AskOptions,
  checkEndpointPath,
  readAccess,
  readTimeout,
} from './request-options.ts';
import type { Asker } from './with-time-limit.ts';

/** What a token's owner gives: the token, or a function that is called anew for each request, within its time. */
type TokenOption = Supplied<string>;

/** Which cordon the gate raises before its first poll, and renews. */
export interface CordonOptions {
  /**
   * The server's token, of 16 printable ASCII characters at least, sent as `Authorization: Bearer …`. A function is called
   * anew for each request of the cordon, within its time: for tokens that expire or rotate.
   */
  token: TokenOption;
  /** Whose lease it is: 1 to 128 of `A-Z a-z 0-9 . _ : / -`. @default a random id */
  holder?: string | undefined;
  /**
   * How long a lease lasts, in milliseconds, in whole seconds from 1,000 on: it has to cover the rollout after the
   * green light. With `quietForMs` it is longer than `intervalMs` and `requestTimeoutMs` together. @default 600_000
   */
  leaseMs?: number | undefined;
  /** Where below the base URL the cordon is, if the server was given another `path`. @default CORDON_PATH */
  path?: string | undefined;
}

/** Options of one question to a cordon. An unknown name throws. */
export interface AskCordonOptions extends AskOptions {
  /** The token of the server's cordon, as `waitForQuiet` takes it. */
  token: TokenOption;
}

/** The longest lease that is asked for: what a duration may be at most, in whole seconds. */
const MAX_LEASE_MS = 2_147_483_000;

/** How long a lease is asked for when nothing else is said. */
export const DEFAULT_LEASE_MS = 600_000;

/** The cordon that a gate raises. */
export interface CordonToRaise {
  readonly holder: string;
  readonly leaseMs: number;
  readonly endpoint: CordonEndpoint;
}

/**
 * Checks the options of a cordon, and fills in the defaults.
 *
 * @param access of the gate's own endpoint
 * @throws TypeError or RangeError that says which is wrong; no message repeats a token
 */
export function readCordonOptions(given: CordonOptions, access: Access): CordonToRaise {
  checkOptions('cordon', given, 'an object with a token', ['token', 'holder', 'leaseMs', 'path']);
  const { token, holder = crypto.randomUUID(), leaseMs = DEFAULT_LEASE_MS, path = CORDON_PATH } = given;
  checkEndpointPath(path, access.base);
  const endpoint = cordonEndpoint({ ...access, path, token: supplyToken('cordon.token', token) });
  checkHolder('cordon.holder', holder);
  checkNumber('cordon.leaseMs', leaseMs);
  if (!(leaseMs >= MIN_LEASE_MS && leaseMs <= MAX_LEASE_MS && leaseMs % 1000 === 0)) {
    throw new RangeError(
      `cordon.leaseMs must be whole seconds, from ${MIN_LEASE_MS} to ${MAX_LEASE_MS} milliseconds, got ${leaseMs}`,
    );
  }
  return { holder, leaseMs, endpoint };
}

interface CordonQuestion {
  readonly asker: Asker;
  readonly endpoint: CordonEndpoint;
  readonly requestTimeoutMs: number;
}

/**
 * Checks a question to a cordon.
 *
 * @throws TypeError or RangeError that says which option is wrong; no message repeats a token
 */
export function readCordonQuestion(options: AskCordonOptions): CordonQuestion {
  const { path = CORDON_PATH, token } = options;
  const access = readAccess({ ...options, path });
  const endpoint = cordonEndpoint({ ...access, token: supplyToken('token', token) });
  return { asker: access, endpoint, requestTimeoutMs: readTimeout(options) };
}

function supplyToken(name: string, token: TokenOption): Supply<string> {
  return supply(name, token, (given) => {
    checkToken(name, given);
    return given;
  });
}
