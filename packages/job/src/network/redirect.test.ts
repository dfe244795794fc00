import { fc, test } from '@quietgate/testkit/property';
import { describe, expect, it } from 'vitest';
import { redirectedRequest } from './redirect.ts';

const REQUEST = { url: new URL('https://a.test/x'), method: 'GET', headers: {} };
const to = (location: string) => redirectedRequest(REQUEST, 302, location)?.url.href;
const asNodeReads = (text: string) => Buffer.from(text).toString('latin1');

describe('Location', () => {
  it.each([
    ['in raw UTF-8, as browsers read it', asNodeReads('/café/日本'), '/caf%C3%A9/%E6%97%A5%E6%9C%AC'],
    ['in Latin-1', '/caf\u00e9', '/caf%C3%A9'],
    ['with percent signs', '/caf%C3%A9?a=%20', '/caf%C3%A9?a=%20'],
    ['relative', '../y', '/y'],
    ['with blanks around it', ' /y ', '/y'],
  ])('%s', (_, location, expected) => {
    expect(to(location)).toBe(`https://a.test${expected}`);
  });

  test.prop([fc.string({ unit: 'grapheme' }).filter((text) => URL.canParse(`/${text}`, REQUEST.url))])(
    'leads to where it leads as a URL, in whatever script',
    (text) => {
      fc.pre(!/[\0\r\n\ufffd]/.test(text) && /^[^/\\\t]/.test(text));
      expect(to(asNodeReads(`/${text}`))).toBe(new URL(`/${text}`, REQUEST.url).href);
    },
  );
});

describe('the method', () => {
  it.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'POST', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [307, 'POST', 'POST'],
    [308, 'POST', 'POST'],
    [301, 'HEAD', 'HEAD'],
  ])('after %i of %s is %s', (status, method, expected) => {
    expect(redirectedRequest({ ...REQUEST, method }, status, '/y')?.method).toBe(expected);
  });
});
