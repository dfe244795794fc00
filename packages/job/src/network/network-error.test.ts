import { fc, test } from '@quietgate/testkit/property';
import { describe, expect, it } from 'vitest';
import { NetworkError, type Place } from './network-error.ts';
import type { Phase } from './phase.ts';

const PHASES: readonly Phase[] = ['resolving', 'connecting', 'securing', 'waiting', 'reading'];
const OPENSSL =
  '00D0A5:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/openssl/ssl3_record.c:355:\n';

const failure = (message: string, more: object = {}) => Object.assign(new Error(message), more);
const at = (phase: Phase): Place => ({ peer: 'console.test:443', phase });
const messageOf = (error: unknown, place: Place) => new NetworkError(error, place).message;

describe('the message of a failed request', () => {
  it.each<[code: string, phase: Phase, message: string]>([
    ['ECONNREFUSED', 'connecting', 'console.test:443 refused the connection (ECONNREFUSED)'],
    ['ENOTFOUND', 'resolving', 'console.test:443: DNS lookup failed: host not found (ENOTFOUND)'],
    [
      'EAI_AGAIN',
      'resolving',
      'console.test:443: DNS lookup failed: the name server did not respond (EAI_AGAIN)',
    ],
    ['ETIMEDOUT', 'connecting', 'console.test:443 did not respond while a connection was made (ETIMEDOUT)'],
    [
      'EHOSTUNREACH',
      'connecting',
      'console.test:443 cannot be reached: there is no route to the host (EHOSTUNREACH)',
    ],
    [
      'ENETUNREACH',
      'connecting',
      'console.test:443 cannot be reached: there is no route to its network (ENETUNREACH)',
    ],
    [
      'EADDRNOTAVAIL',
      'connecting',
      'console.test:443 cannot be reached from an address of this machine (EADDRNOTAVAIL)',
    ],
    ['ECONNRESET', 'resolving', 'console.test:443 closed the connection (ECONNRESET)'],
    ['ECONNRESET', 'connecting', 'console.test:443 closed the connection (ECONNRESET)'],
    ['ECONNRESET', 'securing', 'console.test:443 closed the connection in the TLS handshake (ECONNRESET)'],
    ['ECONNRESET', 'waiting', 'console.test:443 closed the connection without a response (ECONNRESET)'],
    [
      'ECONNRESET',
      'reading',
      'console.test:443 closed the connection in the middle of the response (ECONNRESET)',
    ],
    ['EPIPE', 'waiting', 'console.test:443 closed the connection without a response (EPIPE)'],
    [
      'ERR_STREAM_PREMATURE_CLOSE',
      'reading',
      'console.test:443 closed the connection in the middle of the response (ERR_STREAM_PREMATURE_CLOSE)',
    ],
    ['Z_DATA_ERROR', 'reading', 'console.test:443 sent a compressed body that is broken (Z_DATA_ERROR)'],
    ['Z_BUF_ERROR', 'reading', 'console.test:443 sent a compressed body that ends too early (Z_BUF_ERROR)'],
  ])('says what %s means while %s', (code, phase, message) => {
    expect(messageOf(failure('socket hang up', { code }), at(phase))).toBe(message);
  });

  it.each([
    ['a message of OpenSSL', failure(`write EPROTO ${OPENSSL}`, { code: 'EPROTO' })],
    [
      'a reason of OpenSSL',
      failure(OPENSSL, { code: 'ERR_SSL_WRONG_VERSION_NUMBER', reason: 'wrong version number' }),
    ],
  ])('has of %s what can be read', (_, error) => {
    expect(messageOf(error, at('securing'))).toBe(
      'console.test:443 failed the TLS handshake: wrong version number',
    );
  });

  it('says of a certificate that is not trusted why', () => {
    const message = 'self-signed certificate';
    const code = 'DEPTH_ZERO_SELF_SIGNED_CERT';
    const advised = `${message}; if the root CA is installed locally, try running Node.js with --use-system-ca`;
    for (const each of [message, advised]) {
      const error = new NetworkError(failure(each, { code }), at('securing'));
      expect(error.message).toBe(
        `console.test:443 has a certificate that is not trusted: ${message} (${code})`,
      );
      expect(error.remedy).toBeUndefined();
    }
  });

  it.each([
    [
      'has expired',
      'CERT_HAS_EXPIRED',
      'certificate has expired',
      'has a certificate that has expired (CERT_HAS_EXPIRED)',
      /^Renew .* clock of this machine\.$/,
    ],
    [
      'is not valid yet',
      'CERT_NOT_YET_VALID',
      'certificate is not yet valid',
      'has a certificate that is not valid yet (CERT_NOT_YET_VALID)',
      /^Correct the clock of this machine\./,
    ],
    [
      'is for another name',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      "IP: 127.0.0.2 is not in the cert's list",
      "has a certificate for another name: IP: 127.0.0.2 is not in the cert's list (ERR_TLS_CERT_ALTNAME_INVALID)",
      /^Use a host in the URL that the certificate names/,
    ],
  ])('says of a certificate that %s what to do', (_, code, message, described, remedy) => {
    const error = new NetworkError(failure(message, { code }), at('securing'));
    expect(error.message).toBe(`console.test:443 ${described}`);
    expect(error.remedy).toMatch(remedy);
  });

  it.each([
    ['tlsv13 alert certificate required', 'wants a client certificate, and quietgate has none'],
    ['sslv3 alert bad certificate', 'wants a client certificate, and quietgate has none'],
    ['ssl/tls alert bad certificate', 'wants a client certificate, and quietgate has none'],
    ['sslv3 alert no certificate', 'wants a client certificate, and quietgate has none'],
    ['sslv3 alert handshake failure', 'refused the TLS handshake'],
  ])('says what a server means by %s', (reason, described) => {
    const error = new NetworkError(failure('', { code: 'ERR_SSL_X', reason }), at('waiting'));
    expect(error.message).toBe(`console.test:443 ${described} (${reason})`);
    expect(error.remedy).toMatch(/client certificate/);
  });

  it('takes what OpenSSL itself finds wrong for no alert of the server', () => {
    const error = new NetworkError(
      failure('', { code: 'ERR_SSL_X', reason: 'no certificate set' }),
      at('securing'),
    );
    expect(error.message).toBe('console.test:443 failed the TLS handshake: no certificate set');
    expect(error.remedy).toBeUndefined();
  });

  it('says of what is no HTTP what was expected', () => {
    const error = failure('Parse Error: Expected HTTP/', { code: 'HPE_INVALID_CONSTANT' });
    expect(messageOf(error, at('waiting'))).toBe(
      'console.test:443 sent a response that is not HTTP: Expected HTTP/',
    );
  });

  it('names each address of a host, but not each of very many', () => {
    const refused = (address: string) => failure('', { code: 'ECONNREFUSED', address, port: 443 });
    const addresses = Array.from({ length: 9 }, (_, index) => refused(`10.0.0.${index}`));
    const message = messageOf(new AggregateError(addresses), at('connecting'));
    expect(message.split('; ')).toEqual(
      [0, 1, 2, 3].map(
        (index) => `console.test:443 at 10.0.0.${index}:443 refused the connection (ECONNREFUSED)`,
      ),
    );
  });

  it('names the variable of a proxy in use, whoever failed', () => {
    const proxy = { variable: 'https_proxy', isPeer: false };
    expect(messageOf(failure('', { code: 'ECONNRESET' }), { ...at('reading'), proxy })).toBe(
      'console.test:443 (through the proxy in https_proxy) closed the connection in the middle of the response (ECONNRESET)',
    );
  });

  it('names the proxy, and where a redirect led', () => {
    const place = {
      peer: 'proxy.test:3128',
      proxy: { variable: 'https_proxy', isPeer: true },
      redirectedTo: 'https://login.test/',
      phase: 'connecting',
    } as const;
    expect(messageOf(failure('', { code: 'ECONNREFUSED' }), place)).toBe(
      'redirected to https://login.test/: the proxy in https_proxy (proxy.test:3128) ' +
        'refused the connection (ECONNREFUSED)',
    );
  });

  it.each<[what: string, thrown: unknown, message: string]>([
    ['an error of nobody we know', failure(' \n boom', { code: 'EWHATEVER' }), 'boom'],
    ['an error with a number for a code', failure('aborted', { code: 20 }), 'aborted'],
    ['what is no error', { message: 'boom' }, 'no reason was given'],
    ['the failures of no address at all', new AggregateError([], 'no addresses'), 'no addresses'],
  ])('says of %s what it says itself', (_, thrown, message) => {
    const error = new NetworkError(thrown, at('waiting'));
    expect(String(error)).toBe(`NetworkError: console.test:443 could not be asked: ${message}`);
    expect(error.remedy).toBeUndefined();
  });

  test.prop([fc.anything({ withNullPrototype: true }), fc.constantFrom(...PHASES)])(
    'begins with who failed, whatever was thrown',
    (thrown, phase) => {
      expect(messageOf(thrown, at(phase))).toMatch(/^console\.test:443[ :]/);
    },
  );

  test.prop([
    fc.string(),
    fc.option(fc.constantFrom('EPROTO', 'HPE_X', 'EWHATEVER')),
    fc.constantFrom(...PHASES),
  ])('is one line, whatever an error says', (text, code, phase) => {
    expect(messageOf(failure(text, { code }), at(phase))).not.toContain('\n');
  });
});
