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
    ['ENOTFOUND', 'resolving', 'console.test:443 is a name that no name server knows (ENOTFOUND)'],
    ['EAI_AGAIN', 'resolving', 'console.test:443 has a name, but the name server gave no answer (EAI_AGAIN)'],
    ['ETIMEDOUT', 'connecting', 'console.test:443 did not answer when a connection was made (ETIMEDOUT)'],
    [
      'EHOSTUNREACH',
      'connecting',
      'console.test:443 cannot be reached: there is no route to it (EHOSTUNREACH)',
    ],
    ['ECONNRESET', 'securing', 'console.test:443 closed the connection in the TLS handshake (ECONNRESET)'],
    ['ECONNRESET', 'waiting', 'console.test:443 closed the connection without an answer (ECONNRESET)'],
    [
      'ECONNRESET',
      'reading',
      'console.test:443 closed the connection in the middle of the answer (ECONNRESET)',
    ],
    ['EPIPE', 'waiting', 'console.test:443 closed the connection without an answer (EPIPE)'],
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
      'console.test:443 does not speak TLS as expected: wrong version number',
    );
  });

  it.each([
    ['self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['certificate has expired', 'CERT_HAS_EXPIRED'],
  ])('says of a certificate what is wrong with it: %s', (message, code) => {
    const advised = `${message}; if the root CA is installed locally, try running Node.js with --use-system-ca`;
    const described = messageOf(failure(message, { code }), at('securing'));
    expect(messageOf(failure(advised, { code }), at('securing'))).toBe(described);
    expect(described).toBe(`console.test:443 has a certificate that is not trusted: ${message} (${code})`);
  });

  it('says of what is no HTTP what was expected', () => {
    const error = failure('Parse Error: Expected HTTP/', { code: 'HPE_INVALID_CONSTANT' });
    expect(messageOf(error, at('waiting'))).toBe('console.test:443 answered what is no HTTP: Expected HTTP/');
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

  it('names the proxy, and where a redirect led', () => {
    const place = {
      peer: 'proxy.test:3128',
      proxy: 'https_proxy',
      redirectedTo: 'https://login.test/',
      phase: 'connecting',
    } as const;
    expect(messageOf(failure('', { code: 'ECONNREFUSED' }), place)).toBe(
      'redirected to https://login.test/: the proxy that https_proxy names, proxy.test:3128, ' +
        'refused the connection (ECONNREFUSED)',
    );
  });

  test.prop([fc.anything({ withNullPrototype: true }), fc.constantFrom(...PHASES)])(
    'begins with who failed, whatever was thrown',
    (thrown, phase) => {
      expect(messageOf(thrown, at(phase))).toMatch(/^console\.test:443 /);
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
