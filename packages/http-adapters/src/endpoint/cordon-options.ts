import { type Cordon, CORDON_PATH } from '@quietgate/core';
import {
  checkDuration,
  checkFunction,
  checkKind,
  checkOptions,
  describeKind,
  MIN_LEASE_MS,
  MIN_TOKEN_LENGTH,
} from '@quietgate/core/internal';
import { checkRoutePath } from './option-checks.ts';

/** What happened to the cordon. */
export interface CordonEvent {
  /** `renewed`: the lease goes on under the id that was given. `refused`: the cordon's own rules forbid the lease. */
  readonly type: 'raised' | 'renewed' | 'lifted' | 'refused';
  /** Whose lease it is; `'*'` where all of them were released. */
  readonly holder: string;
  /** For how long the lease was granted, in whole seconds. */
  readonly seconds?: number;
}

/** Options of `deployCordon`. */
export interface DeployCordonOptions {
  /** What keeps new runs from starting: `createCordon()` of `@quietgate/core`, or one over a store that replicas share. */
  cordon: Cordon;
  /**
   * Who may: a token, several of them, or a check of your own that gets the token. A token has 16 characters at
   * least, of printable ASCII; the gate sends none with blanks. What the check throws, or returns beside
   * a boolean, makes a 503.
   */
  authorize: string | readonly string[] | ((token: string) => boolean | Promise<boolean>);
  /**
   * The path to answer on, as for `inFlightCount`.
   * @default CORDON_PATH, '/api/v1/deployments/cordon'
   */
  path?: string | undefined;
  /** The longest lease, in milliseconds; whole seconds, from 1,000 to 2,147,483,000. @default 3_600_000 */
  maxLeaseMs?: number | undefined;
  /**
   * Called after each change. What it throws is ignored. @default Fastify's logger, or else the console: whose lease blocks new
   * runs, and until when; that it was released, or has expired
   */
  onEvent?: ((event: CordonEvent) => void) | undefined;
  /**
   * Called with the reason when the cordon or the check failed. The client never learns it. What it throws is ignored.
   * @default the log, as for `inFlightCount`
   */
  onError?: ((error: unknown) => void) | undefined;
}

/** The options, checked, with the defaults filled in. */
export interface ResolvedCordonOptions {
  readonly cordon: Cordon;
  readonly authorize: readonly string[] | ((token: string) => boolean | Promise<boolean>);
  readonly path: string;
  readonly maxLeaseMs: number;
  readonly onEvent: ((event: CordonEvent) => void) | undefined;
  readonly onError: ((error: unknown) => void) | undefined;
}

const NAMES = Object.keys({
  cordon: null,
  authorize: null,
  path: null,
  maxLeaseMs: null,
  onEvent: null,
  onError: null,
} satisfies Record<keyof DeployCordonOptions, null>);

const CORDON_METHODS = ['raise', 'lift', 'remainingMs', 'holders'] as const;

export const DEFAULT_MAX_LEASE_MS = 3_600_000;

/**
 * Fills in the defaults and checks every option. No message repeats a token.
 *
 * @throws TypeError when an option is of the wrong kind, its name is unknown, or no header can carry a token
 * @throws RangeError when `maxLeaseMs` is out of its range, or a token too short
 */
export function resolveCordonOptions(options: DeployCordonOptions): ResolvedCordonOptions {
  checkOptions('options', options, 'an object with cordon and authorize', NAMES);
  const { cordon, authorize, path = CORDON_PATH, maxLeaseMs = DEFAULT_MAX_LEASE_MS } = options;
  const { onEvent, onError } = options;
  checkCordon('cordon', cordon);
  checkRoutePath('path', path);
  checkDuration('maxLeaseMs', maxLeaseMs, MIN_LEASE_MS);
  if (maxLeaseMs % 1000 !== 0) throw new RangeError(`maxLeaseMs must be whole seconds, got ${maxLeaseMs}`);
  if (onEvent !== undefined) checkFunction('onEvent', onEvent);
  if (onError !== undefined) checkFunction('onError', onError);
  return { cordon, authorize: readAuthorize('authorize', authorize), path, maxLeaseMs, onEvent, onError };
}

/** @throws TypeError when the value lacks a method of a cordon */
export function checkCordon(name: string, cordon: unknown): void {
  checkKind(name, cordon, isCordon, `an object with ${CORDON_METHODS.join(', ')}`);
}

function isCordon(value: unknown): boolean {
  const given = Object(value) as Partial<Cordon>;
  return CORDON_METHODS.every((name) => typeof given[name] === 'function');
}

/**
 * Reads who may raise the cordon. No message repeats a token.
 *
 * @param name of the option
 * @throws TypeError or RangeError that says which tokens are taken; a check returned rejects when it gives no boolean
 */
export function readAuthorize(
  name: string,
  authorize: DeployCordonOptions['authorize'],
): ResolvedCordonOptions['authorize'] {
  if (typeof authorize === 'function') {
    return async (token) => {
      const result: unknown = await authorize(token);
      if (typeof result === 'boolean') return result;
      throw new TypeError(`${name} must return a boolean, got ${typeof result}`);
    };
  }
  const tokens: unknown = typeof authorize === 'string' ? [authorize] : authorize;
  if (!Array.isArray(tokens) || tokens.length === 0) {
    const got = Array.isArray(tokens) ? 'an empty list' : describeKind(tokens);
    throw new TypeError(`${name} must be a token, a list of tokens or a function, got ${got}`);
  }
  return tokens.map((token) => readTokenText(`a token in ${name}`, token));
}

/** A token as a text is compared with what a gate sends, so it must be one that a gate can send. */
function readTokenText(name: string, token: unknown): string {
  if (typeof token !== 'string') throw new TypeError(`${name} must be a string, got ${describeKind(token)}`);
  if (token.length < MIN_TOKEN_LENGTH) {
    throw new RangeError(`${name} must have at least ${MIN_TOKEN_LENGTH} characters`);
  }
  if (!/^[\x20-\x7e]*$/.test(token) || token !== token.trim()) {
    throw new TypeError(
      `${name} must be of printable ASCII characters, without blanks around it; a check of your own may take any`,
    );
  }
  return token;
}
