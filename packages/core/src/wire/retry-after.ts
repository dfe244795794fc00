/** Reads a `Retry-After` in seconds, which counts on a 429 and a 503; dates and anything else are ignored. */
export function retryAfterMs(status: number, header: string | null): number | undefined {
  const isHeeded = status === 429 || status === 503;
  return isHeeded && /^\d+$/.test(String(header)) ? Number(header) * 1000 : undefined;
}
