import type { Clock } from '@quietgate/core';
import { notifyListener } from '@quietgate/core/internal';

/** Where a server logs. */
export interface Log {
  /** `message` says what failed, `note` what else is to be known, if anything. */
  error(error: unknown, message: string, note?: string): void;
  warn(message: string): void;
  info(message: string): void;
}

/** The log of a server that has no other. */
const consoleLog: Log = {
  error(error, message, note) {
    console.error(`${message}:`, ...(note === undefined ? [error] : [error, `(${note})`]));
  },
  warn(message) {
    console.warn(message);
  },
  info(message) {
    console.info(message);
  },
};

/** Where what concerns a request is logged. */
export function logOf({ log }: { readonly log?: (() => Log) | undefined }): Log {
  return log?.() ?? consoleLog;
}

/** How often the log hears of failures at most: anyone may ask, and so cause them, at any rate. */
const LOG_INTERVAL_MS = 10_000;

/** Reports each failure to `onError`; or, where there is none, one in ten seconds to the log, and how many it left out. */
export function createFailureReport(
  onError: ((error: unknown) => void) | undefined,
  clock: Clock,
): (what: string, error: unknown, log: Log) => void {
  let nextAt = -Infinity;
  let leftOut = 0;

  const logSome = (what: string, error: unknown, log: Log) => {
    if (clock.now() < nextAt) {
      leftOut++;
      return;
    }
    const note = leftOut === 0 ? undefined : `${leftOut} more since the last report`;
    leftOut = 0;
    nextAt = clock.now() + LOG_INTERVAL_MS;
    log.error(error, `quietgate: ${what}`, note);
  };

  return (what, error, log) => {
    const listener =
      onError ??
      ((each: unknown) => {
        logSome(what, each, log);
      });
    notifyListener(listener, error);
  };
}
