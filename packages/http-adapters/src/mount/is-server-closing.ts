/**
 * Whether the server that a request of Node's came to has stopped listening: then it waits for its connections to end. What
 * has no such server, as a request that a test made up, is taken for one that goes on.
 */
export function isServerClosing({ socket }: { readonly socket?: unknown }): boolean {
  const { server } = Object(socket) as { readonly server?: { readonly listening?: unknown } };
  return server?.listening === false;
}
