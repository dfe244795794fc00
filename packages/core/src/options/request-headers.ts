import { isObject } from './check-kind.ts';
import { headerProblem } from './header-problem.ts';

/** The headers of a request, by their names in lower case. */
export type RequestHeaders = Readonly<Record<string, string>>;

/** What every request asks for, unless its caller asks for something else: JSON, and not out of a cache. */
const DEFAULTS: RequestHeaders = { accept: 'application/json', 'cache-control': 'no-cache' };

const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
const NOT_IN_A_VALUE = /[\0\r\n\u0100-\uffff]/;

/**
 * Reads the headers that a caller wants sent, as `Headers` would, and adds what every request asks for. Not by `Headers`
 * itself, which in Node loads the whole of its fetch: that takes longer than everything else that a green light needs.
 *
 * @throws TypeError when they are no headers, or when one of them cannot be sent; its value is not repeated
 */
export function readHeaders(given: RequestInit['headers']): RequestHeaders {
  const headers = new Map<string, string>();
  for (const [name, value] of pairsOf(given)) {
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}${name === 'cookie' ? ';' : ','} ${value}`);
  }
  for (const [name, value] of headers) {
    const problem = headerProblem(name, value);
    if (problem !== undefined) throw new TypeError(`headers must not hold ${name}: ${problem}`);
  }
  return { ...DEFAULTS, ...Object.fromEntries(headers) };
}

function pairsOf(given: unknown = {}): readonly (readonly [name: string, value: string])[] {
  try {
    return entriesOf(given).map(readPair);
  } catch {
    // Whatever is thrown there may repeat a header's value.
    throw new TypeError('headers must be valid names and values of HTTP headers');
  }
}

/** @throws TypeError for what is no object */
function entriesOf(given: unknown): readonly unknown[] {
  return Symbol.iterator in (given as object)
    ? [...(given as Iterable<unknown>)]
    : Object.entries(given as object);
}

function readPair(pair: unknown): readonly [name: string, value: string] {
  if (!isObject(pair)) throw new TypeError();
  const texts = [...(pair as Iterable<unknown>)].map(String);
  if (texts.length !== 2) throw new TypeError();
  const [name, value] = texts as [string, string];
  const trimmed = value.replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '');
  if (!NAME.test(name) || NOT_IN_A_VALUE.test(trimmed)) throw new TypeError();
  return [name.toLowerCase(), trimmed];
}
