import type { JobResult } from './job-result.ts';

const MAX_CAUSES = 5;

/**
 * Writes the result as one line of JSON.
 *
 * An error in `cause` becomes `{ name, message, code?, cause? }`; anything else that was thrown becomes a string.
 */
export function resultJson(result: JobResult): string {
  const plain = 'cause' in result ? { ...result, cause: plainCause(result.cause, MAX_CAUSES) } : result;
  return asciiJson(plain);
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
