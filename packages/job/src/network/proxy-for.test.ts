import { describe, expect, it } from 'vitest';
import { proxyFor } from './proxy-for.ts';

const HTTP = new URL('http://console.example');
const HTTPS = new URL('https://console.example');

describe('proxyFor', () => {
  it.each([
    [
      'the variable of the scheme',
      HTTP,
      { http_proxy: 'http://a:1', https_proxy: 'http://b:1' },
      'http://a:1/',
    ],
    [
      'the variable of the scheme',
      HTTPS,
      { http_proxy: 'http://a:1', https_proxy: 'http://b:1' },
      'http://b:1/',
    ],
    ['ALL_PROXY otherwise', HTTPS, { http_proxy: 'http://a:1', ALL_PROXY: 'http://c:1' }, 'http://c:1/'],
    ['lower case first', HTTPS, { https_proxy: 'http://a:1', HTTPS_PROXY: 'http://b:1' }, 'http://a:1/'],
    ['what is not empty', HTTPS, { https_proxy: '', HTTPS_PROXY: 'http://b:1' }, 'http://b:1/'],
    ['what is not blank', HTTPS, { https_proxy: ' ', HTTPS_PROXY: 'http://b:1' }, 'http://b:1/'],
    ['a value as if without the blanks around it', HTTPS, { https_proxy: ' http://a:9\n' }, 'http://a:9/'],
    ['http when there is no scheme', HTTPS, { https_proxy: 'a:3128' }, 'http://a:3128/'],
    ['port 1080 when there is none', HTTPS, { https_proxy: 'http://u:p@a/' }, 'http://u:p@a:1080/'],
    [
      'port 1080 whatever a password and a path hold',
      HTTPS,
      { https_proxy: 'http://u:8p@a/b://c:80' },
      'http://u:8p@a:1080/b://c:80',
    ],
    ['port 80 when it is named', HTTPS, { https_proxy: 'http://a:80' }, 'http://a/'],
    ['port 443 of an https proxy', HTTPS, { https_proxy: 'https://a' }, 'https://a/'],
  ])('takes %s', (_, url, env, expected) => {
    expect(proxyFor(url, env)?.url.href).toBe(expected);
  });

  it.each([
    [HTTP, ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY']],
    [HTTPS, ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']],
  ])('takes for %s the first of %j', (url, names) => {
    const found = names.map((_, first) =>
      proxyFor(url, Object.fromEntries(names.slice(first).map((name) => [name, 'a']))),
    );
    expect(found.map((proxy) => proxy?.name)).toEqual(names);
  });

  it('takes none where none is named for the scheme', () => {
    expect(proxyFor(HTTP, { https_proxy: 'http://a:1', NO_PROXY: 'a' })).toBeUndefined();
    expect(proxyFor(HTTPS, { http_proxy: 'http://a:1', ALL_PROXY: '' })).toBeUndefined();
  });

  it('takes none where NO_PROXY exempts the host, even a wrong one', () => {
    expect(proxyFor(HTTP, { http_proxy: 'http://a:1', NO_PROXY: 'example' })).toBeUndefined();
    expect(proxyFor(HTTP, { http_proxy: 'socks5://a:1', no_proxy: ' * ' })).toBeUndefined();
  });

  it('takes no_proxy before NO_PROXY, unless it is blank', () => {
    const env = { http_proxy: 'http://a:1', NO_PROXY: 'example' };
    expect(proxyFor(HTTP, { ...env, no_proxy: 'b' })).toBeDefined();
    expect(proxyFor(HTTP, { ...env, no_proxy: ' ' })).toBeUndefined();
  });

  it.each(['socks5://u:s3cret@a', 'shttp://u:s3cret@a', 'http://', 'http://u:s3cret@a:x'])(
    'refuses %s without repeating it',
    (value) => {
      expect(() => proxyFor(HTTPS, { https_proxy: value })).toThrow(
        /^https_proxy takes an http or https proxy, as in http:\/\/proxy\.example\.com:3128$/,
      );
    },
  );
});
