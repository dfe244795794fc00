/** What to do about a proxy that wants to know who asks. */
export function giveCredentials(proxyVariable: string): string {
  return `Put the user name and the password that the proxy wants into ${proxyVariable}.`;
}
