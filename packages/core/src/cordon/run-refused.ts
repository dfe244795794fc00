import { checkNumber } from '../options/check-duration.ts';
import { checkKind } from '../options/check-kind.ts';
import { checkOptions } from '../options/check-options.ts';

/** What a `RunRefused` is made of. */
export interface RunRefusal {
  /** `cordon`: a deploy is about to begin. `drain`: this process is about to end. */
  readonly reason: 'cordon' | 'drain';
  /** When to try again, in milliseconds: until the cordon comes down by itself. More than 30,000 count as 30,000, and so does a drain. */
  readonly retryAfterMs: number;
  /** Whose leases keep the cordon up. @default none */
  readonly holders?: readonly string[] | undefined;
}

const WHY: Readonly<Record<RunRefusal['reason'], string>> = {
  cordon: 'no new run may start while a deploy is under way',
  drain: 'no new run may start here, since this server is shutting down',
};

/** A deploy is often over sooner than its lease, so nobody should wait for all of that. */
const MAX_RETRY_AFTER_MS = 30_000;

/** When to try again after a drain: by then another process has usually taken over. */
export const DRAIN_RETRY_AFTER_MS: number = MAX_RETRY_AFTER_MS;

/**
 * What is thrown where a run may not start: by `admit` and `begin`, and by a cordon of your own. Thrown in a handler, it is
 * answered by the framework itself as 503 with `Retry-After`, in Express, Fastify and Hono. The message says when to try again and
 * names no holder, since it may reach strangers.
 *
 * @throws TypeError when a part is of the wrong kind, or its name is unknown
 *
 * @example
 * // In a fetch handler:
 * try {
 *   cordon.admit(() => runs.set(run.id, run));
 * } catch (error) {
 *   if (error instanceof RunRefused) return error.getResponse();
 *   throw error;
 * }
 */
export class RunRefused extends Error {
  override readonly name: string = 'RunRefused';
  readonly reason: RunRefusal['reason'];
  /** When to try again, in milliseconds: when the cordon comes down by itself, but 30,000 at most; 30,000 after a drain. */
  readonly retryAfterMs: number;
  /** Whose leases keep the cordon up, for your own log; `[]` of a drain. */
  readonly holders: readonly string[];
  /** What Express, Koa and others answer with. */
  readonly status = 503 as const;
  /** What Fastify and others answer with. */
  readonly statusCode = 503 as const;
  /** The message may be shown to the client. */
  readonly expose = true as const;
  /** `Retry-After` in whole seconds, rounded up, 1 at least. */
  readonly headers: { readonly 'Retry-After': string };

  constructor(of: RunRefusal) {
    const { reason, retryAfterMs, holders = [] } = checkRefusal(of);
    const limitedMs =
      reason === 'drain' ? MAX_RETRY_AFTER_MS : Math.min(Math.max(retryAfterMs, 0), MAX_RETRY_AFTER_MS);
    const seconds = Math.max(1, Math.ceil(limitedMs / 1000));
    super(`${WHY[reason]}; try again in ${seconds} s`);
    this.reason = reason;
    this.retryAfterMs = limitedMs;
    this.holders = [...holders];
    this.headers = { 'Retry-After': String(seconds) };
  }

  /** The answer of a fetch handler, which Hono asks for by itself: 503 with `Retry-After` and `{"error":message}`. */
  getResponse(): Response {
    return new Response(JSON.stringify({ error: this.message }), {
      status: this.status,
      headers: { ...this.headers, 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
    });
  }
}

function checkRefusal(of: RunRefusal): RunRefusal {
  checkOptions('of', of, 'an object with a reason and retryAfterMs', ['reason', 'retryAfterMs', 'holders']);
  checkKind('reason', of.reason, isReason, '"cordon" or "drain"');
  checkNumber('retryAfterMs', of.retryAfterMs);
  if (Number.isNaN(of.retryAfterMs))
    throw new RangeError('retryAfterMs must be a number of milliseconds, got NaN');
  if (of.holders !== undefined) checkKind('holders', of.holders, Array.isArray, 'an array of strings');
  return of;
}

function isReason(value: unknown): boolean {
  return value === 'cordon' || value === 'drain';
}
