/** Calls a listener of the user's at once. What it throws, or rejects with, disturbs nobody. */
export function notifyListener<A extends readonly unknown[]>(
  listener: (...args: A) => unknown,
  ...args: A
): void {
  new Promise((resolve) => {
    resolve(listener(...args));
  }).catch(() => undefined);
}
