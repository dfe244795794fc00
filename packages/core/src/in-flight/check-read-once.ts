const read = /* @__PURE__ */ new WeakSet<object>();

/**
 * Checks an iterable that is about to be read. One that is its own iterator, such as a generator's, can be read only once: the
 * second time it would be empty, and read as quiet.
 *
 * @throws TypeError when such a one has been here before
 */
export function checkReadOnce(deployments: Iterable<unknown> & { readonly next?: unknown }): void {
  if (typeof deployments.next !== 'function' || deployments[Symbol.iterator]() !== deployments) return;
  if (read.has(deployments)) {
    throw new TypeError(
      'the deployments are an iterator that has been read before, and is empty now: give an array, or a new iterator each time',
    );
  }
  read.add(deployments);
}
