import { expect, it } from 'vitest';
import { proxyCredentials } from './proxy-credentials.ts';

const base64 = (bytes: string | Buffer) => Buffer.from(bytes).toString('base64');

it.each<[inUrl: string, sent: string | Buffer]>([
  ['user:s3cret', 'user:s3cret'],
  ['us%40er:s3%3Acret', 'us@er:s3:cret'],
  ['s3cret', 's3cret:'],
  [':s3cret', ':s3cret'],
  ['user:50%sx', 'user:50%sx'],
  ['user:100%', 'user:100%'],
  ['user:%C3%a9', 'user:é'],
  ['user:é', 'user:é'],
  ['user:x%E9', Buffer.from('user:x\u00e9', 'latin1')],
])('%s is sent as curl sends it', (inUrl, sent) => {
  expect(proxyCredentials(new URL(`http://${inUrl}@proxy.test`))).toEqual({
    'proxy-authorization': `Basic ${base64(sent)}`,
  });
});

it('nothing is sent to a proxy without credentials', () => {
  expect(proxyCredentials(new URL('http://proxy.test'))).toEqual({});
});
