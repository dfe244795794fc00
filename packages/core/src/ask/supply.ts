/**
 * What each request needs: headers, or a token. A plain value is there at once, so that the request leaves in the turn in
 * which it is made; else rejects with the reason of the signal, or with a `NotSupplied`.
 */
export type Supply<T> = (signal: AbortSignal) => T | Promise<T>;

/** A function of the caller's failed, or gave what cannot be sent. The message repeats neither. */
export class NotSupplied extends Error {}

/** An option as a caller gives it: a value for all requests, or a function that is called anew for each. */
export type Supplied<Given> = Given | (() => Given | Promise<Given>);

/**
 * Supplies what the caller gave. A function is never called while an earlier call is pending: the request waits for that,
 * and calls anew.
 *
 * @param name of the option, for the message
 * @param read checks what is given, and throws if it cannot be sent; a value is checked here and now
 */
export function supply<Given, T>(name: string, given: Supplied<Given>, read: (given: Given) => T): Supply<T> {
  if (isGiver(given)) return supplyAnew(name, given, read);
  const value = read(given);
  return () => value;
}

function isGiver<Given>(given: Supplied<Given>): given is () => Given | Promise<Given> {
  return typeof given === 'function';
}

function supplyAnew<Given, T>(
  name: string,
  give: () => Given | Promise<Given>,
  read: (given: Given) => T,
): Supply<T> {
  let pending: Promise<unknown> | undefined;
  const callAnew = async (signal: AbortSignal): Promise<T> => {
    while (pending !== undefined) {
      await pending;
      signal.throwIfAborted();
    }
    const given = Promise.resolve().then(give);
    pending = given
      .catch(() => undefined)
      .then(() => {
        pending = undefined;
      });
    return given.then(
      (value) => {
        try {
          return read(value);
        } catch {
          throw new NotSupplied(`${name}() gave what cannot be sent`);
        }
      },
      () => {
        throw new NotSupplied(`${name}() failed`);
      },
    );
  };
  return (signal) => unlessAborted(signal, callAnew(signal));
}

/**
 * Rejects with the reason of the signal as soon as that aborts, so that what a request needs takes no longer than the request,
 * whose own signal it is.
 */
function unlessAborted<T>(signal: AbortSignal, supplied: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason);
    });
    supplied.then(resolve, reject);
  });
}
