import type { CheckResponse, Reply } from './check.ts';
import { describeHeader, failed, passed, type Verdict } from './verdict.ts';

export function isJson(contentType: string | null): boolean {
  return contentType === 'application/json';
}

export function isNoStore(cacheControl: string | null): boolean {
  return (
    cacheControl !== null && listOf(cacheControl).some((directive) => directive.toLowerCase() === 'no-store')
  );
}

export function isRedirect({ status = 0 }: Reply): boolean {
  return status >= 300 && status < 400;
}

/** Whether a method that the endpoint does not take got 405, with the methods that it takes. */
export function judgeAllow(
  method: string,
  { status, headers }: CheckResponse,
  methods: readonly string[],
): Verdict {
  const right = `405 with Allow: ${methods.join(', ')}`;
  if (status !== 405) return failed(`${method} got status ${status}`, right);
  const allow = headers.get('allow');
  const isRight = allow !== null && listOf(allow).sort().join() === [...methods].sort().join();
  return isRight
    ? passed(right)
    : failed(`${method} got 405, and ${describeHeader('Allow', allow)}`, methods.join(', '));
}

function listOf(header: string): string[] {
  return header.split(',').map((each) => each.trim());
}
