import { checkKind, describeKind, isUrlPath } from '@quietgate/core/internal';

/**
 * A path that no request can have would be a 404 for ever, which opens the gate.
 *
 * @throws TypeError when the option is no path, or one that a router would read in a way of its own
 */
export function checkRoutePath(name: string, path: unknown): void {
  // A router would read a colon or a star as a pattern, and may decode what is asked for, but not this.
  if (!isUrlPath(path) || /[:*%]/.test(path)) {
    const got = typeof path === 'string' ? JSON.stringify(path) : describeKind(path);
    throw new TypeError(
      `${name} must begin with a slash and stand as in a URL, without a query and any of : * %, got ${got}`,
    );
  }
}

/** @throws TypeError or RangeError when the option is no whole number of 0 or more */
export function checkCount(name: string, value: unknown): void {
  checkKind(name, value, (each) => typeof each === 'number', 'a number');
  if (!Number.isInteger(value) || Number(value) < 0) {
    throw new RangeError(`${name} must be an integer of 0 or more, got ${String(value)}`);
  }
}
