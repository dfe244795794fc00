import type { CheckResponse } from './check.ts';
import { describeHeader, failed, passed, type Verdict } from './verdict.ts';

export function isJson(contentType: string | null): boolean {
  return contentType === 'application/json';
}

export function isNoStore(cacheControl: string | null): boolean {
  return listOf(cacheControl).some((directive) => directive.toLowerCase() === 'no-store');
}

/** Whether a method that the endpoint does not take got 405, with the methods that it takes. */
export function judgeAllow(
  method: string,
  response: CheckResponse | undefined,
  methods: readonly string[],
): Verdict {
  const right = `405 with Allow: ${methods.join(', ')}`;
  if (response?.status !== 405) return failed(`${method} got status ${String(response?.status)}`, right);
  const allow = response.headers.get('allow');
  const isRight = listOf(allow).sort().join() === [...methods].sort().join();
  return isRight
    ? passed(right)
    : failed(`${method} got 405, and ${describeHeader('Allow', allow)}`, methods.join(', '));
}

function listOf(header: string | null): string[] {
  return (header ?? '').split(',').map((each) => each.trim());
}
