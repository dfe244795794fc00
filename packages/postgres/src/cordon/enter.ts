import type { Connections, Transaction } from '../database/database.ts';

/**
 * The longest that a transaction may be idle between two statements, in milliseconds: one whose process hangs, or has lost
 * its network, must not keep leases from being raised.
 */
export const MAX_IDLE_MS = 30_000;

const LOCK_NOT_AVAILABLE = '55P03';

/** Runs share the lock, and a lease has it for itself. */
const LOCKS = { run: 'pg_advisory_xact_lock_shared', lease: 'pg_advisory_xact_lock' } as const;

/** What is set for the lock alone. */
const OWN_LIMITS = ['lock_timeout', 'statement_timeout'];

/** Who takes the lock of the cordon, and how. */
export interface Entry {
  readonly as: 'run' | 'lease';
  /** The longest that it waits for the lock, in milliseconds. */
  readonly lockTimeoutMs: number;
  /** Gives up the transaction. */
  readonly signal?: AbortSignal | undefined;
}

/** What is thrown when another transaction kept the lock for too long. */
export class LockTimeout extends Error {
  override readonly name: string = 'LockTimeout';
  /** As the database says it. */
  readonly code: string = LOCK_NOT_AVAILABLE;
}

/**
 * Runs `work` in a transaction that has the lock of the cordon. The lock is taken in a statement of its own: the next one
 * sees what was committed while this one waited.
 *
 * @throws LockTimeout when another transaction kept the lock for longer than `lockTimeoutMs`
 */
export function enter<T, Tx>(
  on: Connections<Tx>,
  { as, lockTimeoutMs, signal }: Entry,
  work: (tx: Transaction<Tx>) => Promise<T>,
): Promise<T> {
  // How long the work and its locks may take is the caller's affair, and how long this lock may, ours alone.
  const takeLock = `
    select ${OWN_LIMITS.map((name) => `set_config('quietgate.${name}', current_setting('${name}'), true)`).join()};
    set local lock_timeout = '${lockTimeoutMs}ms';
    set local statement_timeout = 0;
    set local idle_in_transaction_session_timeout = '${MAX_IDLE_MS}ms';
    select ${LOCKS[as]}('cordon_leases'::regclass::oid::bigint);
    select ${OWN_LIMITS.map((name) => `set_config('${name}', current_setting('quietgate.${name}'), true)`).join()}`;
  return on.transaction(async (tx) => {
    try {
      await tx.execute(takeLock);
    } catch (cause) {
      const { code } = Object(cause) as { readonly code?: unknown };
      if (code !== LOCK_NOT_AVAILABLE) throw cause;
      throw new LockTimeout(`the cordon was locked for longer than ${lockTimeoutMs} ms`, { cause });
    }
    return work(tx);
  }, signal);
}
