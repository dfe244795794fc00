/**
 * What a `Cordon`'s `raise` throws when its rules forbid the lease. The endpoint answers 409 with the message, so it
 * must hold nothing that the caller may not know.
 */
export class CordonRefused extends Error {
  override readonly name: string = 'CordonRefused';
}
