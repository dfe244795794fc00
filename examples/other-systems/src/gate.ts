import { waitForQuiet, type WaitForQuietOptions } from '@quietgate/core';

/** Waits until a system is quiet, as it reports itself, and says on standard output what it sees. */
export async function gate(
  name: string,
  source: NonNullable<WaitForQuietOptions['source']>,
  intervalMs?: number,
): Promise<void> {
  const result = await waitForQuiet({
    source,
    intervalMs,
    onEvent: ({ type, lastSeen }) => {
      console.log(`${name}: ${type}, ${lastSeen?.count ?? 'unknown'} in flight`);
    },
  });
  console.log(`${name}: ${result.outcome}`);
}
