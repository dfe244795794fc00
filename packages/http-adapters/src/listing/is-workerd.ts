/** Whether this is workerd, the runtime of Cloudflare's Workers, which says so in every version. */
export function isWorkerd(): boolean {
  const { navigator } = globalThis as { readonly navigator?: { readonly userAgent?: unknown } };
  return navigator?.userAgent === 'Cloudflare-Workers' || 'WebSocketPair' in globalThis;
}
