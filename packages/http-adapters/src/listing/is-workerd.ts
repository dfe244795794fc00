/** Whether this is workerd, the runtime of Cloudflare’s Workers; by compatibility dates before 2022 it has no `navigator`. */
export function isWorkerd(): boolean {
  const { navigator } = globalThis as { readonly navigator?: { readonly userAgent?: unknown } };
  return navigator?.userAgent === 'Cloudflare-Workers' || 'WebSocketPair' in globalThis;
}
