import { describeKind } from './describe-given.ts';

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
  if (!holds(value)) throw new TypeError(`${name} must be ${kind}, got ${describeKind(value)}`);
}

/** @throws TypeError when the value cannot be called */
export function checkFunction(name: string, value: unknown): void {
  checkKind(name, value, isFunction, 'a function');
}

/** @throws TypeError when the value is neither an `AbortSignal`, of any realm, nor left out */
export function checkSignal(name: string, value: unknown): void {
  if (value !== undefined) checkKind(name, value, isSignal, 'an AbortSignal');
}

/** @throws TypeError when the value is no clock */
export function checkClock(name: string, value: unknown): void {
  checkKind(name, value, isClock, 'an object with now() and sleep()');
}

/** Whether a value can be called. */
export function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

/** Whether a value has properties; functions aside. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isClock(value: unknown): boolean {
  const { now, sleep } = Object(value) as { now?: unknown; sleep?: unknown };
  return isFunction(now) && isFunction(sleep);
}

function isSignal(value: unknown): boolean {
  return (
    isObject(value) && 'aborted' in value && 'addEventListener' in value && isFunction(value.addEventListener)
  );
}
