import { ALL_HOLDERS, HOLDER_RULE, isHolder } from '@quietgate/core/internal';

/** What an authorized request asks of the cordon. */
export type CordonQuestion =
  | {
      readonly method: 'PUT';
      readonly holder: string;
      readonly askedMs: number;
      readonly lease: string | undefined;
    }
  | { readonly method: 'DELETE'; readonly holder: string }
  | { readonly method: 'GET' };

/** What each method takes, as its callers are told. */
const TAKES = {
  PUT: 'PUT takes holder and seconds, and lease to renew, each once',
  DELETE: 'DELETE takes holder, once',
  GET: 'GET takes no parameter',
} as const;

const PARAMETERS: Readonly<Record<Exclude<CordonMethod, 'GET'>, readonly string[]>> = {
  PUT: ['holder', 'seconds', 'lease'],
  DELETE: ['holder'],
};

const HOLDER = `holder is ${HOLDER_RULE}`;

export type CordonMethod = keyof typeof TAKES;

export function isCordonMethod(method: string): method is CordonMethod {
  return Object.hasOwn(TAKES, method);
}

/**
 * Reads a question from a request's query.
 *
 * @returns what to tell the caller, as text, when the query is wrong
 */
export function readCordonQuestion(
  method: CordonMethod,
  query: string,
  maxLeaseMs: number,
): CordonQuestion | string {
  const given = new URLSearchParams(query);
  const names = [...given.keys()];
  if (method === 'GET') return names.length === 0 ? { method } : TAKES[method];
  const isKnown = names.every((name) => PARAMETERS[method].includes(name));
  if (!isKnown || new Set(names).size < names.length) return TAKES[method];
  const holder = given.get('holder');
  if (holder === null) return TAKES[method];
  if (method === 'DELETE') {
    return holder === ALL_HOLDERS || isHolder(holder)
      ? { method, holder }
      : `${HOLDER}, or ${ALL_HOLDERS} for all of them`;
  }
  if (!isHolder(holder)) return HOLDER;
  const seconds = String(given.get('seconds'));
  if (!/^\d+$/.test(seconds) || Number(seconds) < 1) return 'seconds is a whole number of 1 or more';
  const askedMs = Math.min(Number(seconds) * 1000, maxLeaseMs);
  return { method, holder, askedMs, lease: given.get('lease') ?? undefined };
}
