import type { DeploymentClass } from '../deployment.ts';

const CLASSES: readonly DeploymentClass[] = ['phase-0', 'phase-1', 'terminal', 'adopted', 'stale', 'unknown'];

/**
 * Checks the id of a record, or the status of one that is not adopted.
 *
 * @throws TypeError when it is no string, such as the wrapped one of a database: what is no record, or has no status, would count
 * as nothing in flight
 */
export function checkText(name: 'id' | 'status', value: unknown): asserts value is string {
  if (typeof value !== 'string') {
    throw new TypeError(`a deployment must have a string ${name}, got ${typeof value}`);
  }
}

/**
 * Checks what a `classify` of the user's returns.
 *
 * @returns the same function, which throws a TypeError where it returned no class: a promise, or a misspelt one, would
 * count as nothing in flight
 */
export function checked<D>(classify: (deployment: D) => DeploymentClass): (deployment: D) => DeploymentClass {
  return (deployment) => {
    const returned: unknown = classify(deployment);
    const found = CLASSES.find((each) => each === returned);
    if (found !== undefined) return found;
    const got = typeof returned === 'string' ? JSON.stringify(returned) : typeof returned;
    throw new TypeError(`classify must return ${CLASSES.join(', ')}, got ${got}`);
  };
}
