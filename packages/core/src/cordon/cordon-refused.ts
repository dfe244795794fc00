/**
 * What a `Cordon`'s `raise` throws when its rules forbid the lease. The endpoint answers 409 with the message, so it
 * must hold nothing that the caller may not know.
 *
 * @example
 * // In a `raise` of your own, over a store:
 * if (row.upSinceMs + maxUpMs <= now) throw new CordonRefused('the cordon has been up for an hour');
 */
export class CordonRefused extends Error {
  override readonly name: string = 'CordonRefused';
}
