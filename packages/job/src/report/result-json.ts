import type { JobResult } from './job-result.ts';
import { jointOutcome } from './joint-outcome.ts';

const MAX_CAUSES = 5;

/**
 * Writes the result as one line of JSON.
 *
 * An error in `cause` becomes `{ name, message, code?, cause? }`; anything else that was thrown becomes a string.
 */
export function resultJson(result: JobResult): string {
  return asciiJson(plainResult(result));
}

/** Writes the results of several servers as one line of JSON: their joint outcome, and each with its URL. */
export function jointResultJson(
  results: readonly { readonly url: string; readonly result: JobResult }[],
): string {
  return asciiJson({
    outcome: jointOutcome(results.map(({ result }) => result)),
    gates: results.map(({ url, result }) => ({ url, ...plainResult(result) })),
  });
}

function plainResult(result: JobResult): object {
  return 'cause' in result ? { ...result, cause: plainCause(result.cause, MAX_CAUSES) } : result;
}

/**
 * Writes one line of JSON in plain ASCII, so that nothing raw reaches a terminal while a parser reads every byte as it
 * came; and without `##`, which a CI runner could take for a command.
 */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(/[^ -~]/g, escapeUnit)
    .replace(/#(?=#)/g, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function plainCause(thrown: unknown, depth: number): unknown {
  if (!(thrown instanceof Error)) return String(thrown);
  const { name, message, code, cause } = thrown as Error & { code?: unknown };
  return {
    name,
    message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(cause === undefined || depth === 0 ? {} : { cause: plainCause(cause, depth - 1) }),
  };
}
