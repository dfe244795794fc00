/** What is wrong with a certificate or a handshake, where it is something else than trust in the certificate's issuer. */
export type TlsProblem =
  'client-certificate' | 'handshake-refused' | 'expired' | 'not-yet-valid' | 'other-name';

const BY_CODE: ReadonlyMap<string | undefined, TlsProblem> = new Map([
  ['CERT_HAS_EXPIRED', 'expired'],
  ['CERT_NOT_YET_VALID', 'not-yet-valid'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'other-name'],
]);

/** @param reason what OpenSSL says, as in `tlsv13 alert certificate required` */
export function tlsProblemOf(code: string | undefined, reason: string | undefined): TlsProblem | undefined {
  // To a client that has shown no certificate, each of these alerts can mean nothing else.
  if (/alert (certificate required|bad certificate|no certificate)/.test(reason ?? ''))
    return 'client-certificate';
  if (reason?.includes('alert handshake failure') === true) return 'handshake-refused';
  return BY_CODE.get(code);
}
