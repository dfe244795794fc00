/** A URL for the log: a query may hold a token. */
export function withoutSecrets(url: string): string {
  const { origin, pathname } = new URL(url);
  return pathname === '/' ? origin : origin + pathname;
}
