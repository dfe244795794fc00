import { headerProblem } from './header-problem.ts';

/**
 * Reads the headers that a caller wants sent, and adds what every request asks for: JSON, and not out of a cache.
 *
 * @throws TypeError when they are no headers, or when one of them cannot be sent; its value is not repeated
 */
export function readHeaders(given: RequestInit['headers']): Headers {
  let headers: Headers;
  try {
    headers = new Headers(given);
  } catch {
    // The original message would repeat the header's value.
    throw new TypeError('headers must be valid names and values of HTTP headers');
  }
  for (const [name, value] of headers) {
    const problem = headerProblem(name, value);
    if (problem !== undefined) throw new TypeError(`headers must not hold ${name}: ${problem}`);
  }
  if (!headers.has('accept')) headers.set('accept', 'application/json');
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-cache');
  return headers;
}
