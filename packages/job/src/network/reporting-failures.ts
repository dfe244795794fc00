import type { Network } from './create-network.ts';

/** Reports why an attempt failed as soon as the next one is made. */
export function reportingFailures(
  fetch: Network['fetch'],
  report: (failure: { readonly message: string }, attempt: number) => void,
): Network['fetch'] {
  let attempts = 0;
  let failure: { readonly message: string } | undefined;
  return async (input, init) => {
    if (failure !== undefined) report(failure, attempts);
    attempts++;
    try {
      const response = await fetch(input, init);
      failure = { message: `answered ${response.status}` };
      return response;
    } catch (error) {
      failure = { message: error instanceof Error ? error.message : String(error) };
      throw error;
    }
  };
}
