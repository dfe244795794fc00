/** Calls a listener of the user's. What it throws, or rejects with, changes nothing. */
export function notifyListener<A>(listener: (argument: A) => unknown, argument: A): void {
  new Promise((resolve) => {
    resolve(listener(argument));
  }).catch(() => undefined);
}
