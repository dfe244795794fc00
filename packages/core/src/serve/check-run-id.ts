/** The longest id of a run, in characters. */
export const MAX_RUN_ID_LENGTH = 256;

/**
 * Checks the id of a run.
 *
 * @throws TypeError when it is not a string of 1 to 256 characters
 */
export function checkRunId(id: unknown): asserts id is string {
  const got = typeof id === 'string' ? `${id.length} characters` : typeof id;
  if (typeof id !== 'string' || id === '' || id.length > MAX_RUN_ID_LENGTH) {
    throw new TypeError(`id must be a string of 1 to ${MAX_RUN_ID_LENGTH} characters, got ${got}`);
  }
}
