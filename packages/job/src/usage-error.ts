/** Something that the user asked for cannot be done as it was asked. The message says what it takes. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
