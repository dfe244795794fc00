/**
 * Shares runs of `work` among callers: whoever calls while one runs, or in the same turn of the event loop as
 * another caller, gets the result of the *next* run, which starts after all of them have called. So at most one
 * run is under way at a time, and no caller gets a result that is older than its call.
 *
 * The next run is handed the argument of its first caller.
 */
export function shareNext<A, T>(work: (argument: A) => Promise<T>): (argument: A) => Promise<T> {
  let current: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;

  const run = async (argument: A): Promise<T> => {
    await current;
    await new Promise<void>((resolve) => {
      // Not every host of web-standard handlers has setImmediate; the timer costs a millisecond.
      if (typeof setImmediate === 'function') setImmediate(resolve);
      else setTimeout(resolve, 0);
    });
    next = undefined;
    const running = work(argument);
    current = running.catch(() => undefined);
    return running;
  };

  return (argument) => (next ??= run(argument));
}
