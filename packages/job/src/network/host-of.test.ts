import { describe, expect, it } from 'vitest';
import { hostOf, portOf, serverNameOf } from './host-of.ts';

describe.each([
  ['http://console.test', { host: 'console.test', port: '80', serverName: 'console.test' }],
  ['https://console.test.', { host: 'console.test.', port: '443', serverName: 'console.test' }],
  ['https://127.0.0.1:8443', { host: '127.0.0.1', port: '8443', serverName: '' }],
  ['https://[::1]', { host: '::1', port: '443', serverName: '' }],
])('%s', (url, expected) => {
  it('is reached at, and shows a certificate for', () => {
    const { host, port, serverName } = expected;
    expect(hostOf(new URL(url))).toBe(host);
    expect(portOf(new URL(url))).toBe(port);
    expect(serverNameOf(new URL(url))).toBe(serverName);
  });
});
