/** What is wrong with a certificate or a handshake, where it is something else than trust in the certificate's issuer. */
export type TlsProblem =
  'client-certificate' | 'handshake-refused' | 'expired' | 'not-yet-valid' | 'other-name';

/** To a client that has shown no certificate, each of the first three alerts can mean nothing else. */
const BY_ALERT: ReadonlyMap<string | undefined, TlsProblem> = new Map([
  ['certificate required', 'client-certificate'],
  ['bad certificate', 'client-certificate'],
  ['no certificate', 'client-certificate'],
  ['handshake failure', 'handshake-refused'],
]);

const BY_CODE: ReadonlyMap<string | undefined, TlsProblem> = new Map([
  ['CERT_HAS_EXPIRED', 'expired'],
  ['CERT_NOT_YET_VALID', 'not-yet-valid'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'other-name'],
]);

/** @param reason what OpenSSL says, as in `tlsv13 alert certificate required` */
export function tlsProblemOf(code: string | undefined, reason: string | undefined): TlsProblem | undefined {
  return BY_ALERT.get(reason?.split(' alert ')[1]) ?? BY_CODE.get(code);
}
