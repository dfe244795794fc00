import { describe, expect, it } from 'vitest';
import { bypassesProxy } from './bypasses-proxy.ts';

const cases: [url: string, noProxy: string, bypasses: boolean][] = [
  ['http://a.example', '', false],
  ['http://a.example', '*', true],
  ['http://a.example', '*,b.example', false],
  ['http://a.example', 'a.example', true],
  ['http://a.example', 'b.example', false],
  ['http://a.example', 'b.example,a.example', true],
  ['http://a.example', 'b.example a.example', true],
  ['http://a.example', ' , a.example ,', true],
  ['http://a.example', 'A.EXAMPLE', true],
  ['http://a.example.', 'a.example', true],
  ['http://a.example..', 'b.example,', false],
  ['http://a.example', 'a.example.', true],
  ['http://www.a.example', 'a.example', true],
  ['http://www.a.example', '.a.example', true],
  ['http://a.example', '.a.example', true],
  ['http://nota.example', 'a.example', false],
  ['http://a.example.com', 'a.example', false],
  ['http://10.1.2.3', '10.1.2.3', true],
  ['http://10.1.2.3', '1.2.3', false],
  ['http://10.1.2.3', '10.0.0.0/8', true],
  ['http://11.1.2.3', '10.0.0.0/8', false],
  ['http://10.1.2.3', '10.0.0.0/33', false],
  ['http://10.1.2.3', '10.0.0.0/x', false],
  ['http://10.1.2.3', '10.0.0.0/x8', false],
  ['http://10.1.2.3', '10.0.0.0/8x', false],
  ['http://10.1.2.3', 'a.example', false],
  ['http://10.1.2.3', '::/0', false],
  ['http://[::1]', '::1', true],
  ['http://[::1]', '::2', false],
  ['http://[::1]', '0:0:0:0:0:0:0:1', true],
  ['http://[0:0::1]', '::0001', true],
  ['http://[2001:DB8::A]', '2001:db8:0:0::a', true],
  ['http://[::ffff:127.0.0.1]', '::ffff:127.0.0.1', true],
  ['http://[::ffff:127.0.0.1]', '::ffff:7f00:1', true],
  ['http://[2001:db8::1]', '2001:db8:0:0:0:0:0:0/32', true],
  ['http://[2001:db9::1]', '2001:db8::/32', false],
  ['http://[::ffff:10.1.2.3]', '::ffff:10.0.0.0/104', true],
  ['http://[::1]', '::1/129', false],
  ['http://[::1]', '::1/', false],
  ['http://[::1]', '127.0.0.1', false],
];

/** What curl does not know: other tools do, and nobody who writes it can mean anything else. */
const beyondCurl: typeof cases = [
  ['http://a.example:8080', 'a.example:8080', true],
  ['http://a.example:8080', 'a.example:80', false],
  ['http://a.example', 'a.example:80', true],
  ['https://a.example', 'a.example:443', true],
  ['http://www.a.example', '*.a.example', true],
  ['http://[::1]', '[::1]', true],
  ['http://[::1]:80', '[::1]:80', true],
  ['http://[0::1]:80', '[0:0::1]:80', true],
  ['http://[fd00::1]', 'fd00::/8', true],
];

describe.each([...cases, ...beyondCurl])('%s with NO_PROXY=%s', (url, noProxy, expected) => {
  it(expected ? 'goes there directly' : 'goes through the proxy', () => {
    expect(bypassesProxy(new URL(url), noProxy)).toBe(expected);
  });
});
