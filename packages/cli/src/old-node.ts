/** The first Node that has all that quietgate needs. */
const NEEDED: readonly [major: number, minor: number] = [20, 19];

/** Which Node is needed, where this one is too old; `undefined` where it is not. */
export function describeOldNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor, neededMinor] = NEEDED;
  const isOld = major < neededMajor || (major === neededMajor && minor < neededMinor);
  return isOld ? `needs Node ${neededMajor}.${neededMinor} or newer, and this is ${version}` : undefined;
}
