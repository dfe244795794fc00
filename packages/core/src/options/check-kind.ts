/**
 * Checks of what kind a value is.
 *
 * @param kind what it must be, for the message
 * @throws TypeError that names the value, and repeats nothing of it
 */
export function checkKind(
  name: string,
  value: unknown,
  holds: (value: unknown) => boolean,
  kind: string,
): void {
  if (!holds(value))
    throw new TypeError(`${name} must be ${kind}, got ${value === null ? 'null' : typeof value}`);
}

/** Whether a value can be called. */
export function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

/** Whether a value has properties; functions aside. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
