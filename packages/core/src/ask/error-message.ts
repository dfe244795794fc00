const MAX_LENGTH = 500;
const MAX_CAUSES = 5;

/**
 * What an error says, its causes included: `fetch` itself says no more than "fetch failed", and keeps the DNS
 * error or the refused connection in `cause`. Takes whatever can be thrown, and never throws.
 */
export function errorMessage(error: unknown): string {
  try {
    return [...messages(error, MAX_CAUSES)].join(': ').slice(0, MAX_LENGTH) || 'an error without a message';
  } catch {
    return 'an error that cannot be read';
  }
}

function* messages(error: unknown, depth: number): Generator<string> {
  if (!(error instanceof Error)) {
    yield String(error);
    return;
  }
  if (error.message !== '') yield error.message;
  if (error instanceof AggregateError && error.message === '' && depth > 0) {
    // A host with several addresses: one error for each of them.
    yield error.errors.map((each) => [...messages(each, depth - 1)].join(': ')).join(', ');
  }
  if (error.cause !== undefined && depth > 0) yield* messages(error.cause, depth - 1);
}
